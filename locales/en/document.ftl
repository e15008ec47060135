# Words that the papers themselves add.
document-page = Page { $page } of { $total }
