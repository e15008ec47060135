//! The text of a mandate laid out on a page, always in French; the digest is over the text itself, never over this.

use crate::domain::mandate_text::Block;
use crate::domain::mandate_text::blocks;
use crate::text::Html;

/// A rendered text as a sheet of paper.
pub fn sheet(text: &str) -> Html {
    let blocks = blocks(text);
    let groups = blocks.chunk_by(|one, next| matches!((one, next), (Block::Item(_), Block::Item(_))));
    let inside: String = groups.map(group).collect();
    Html::trusted(format!("<article class=\"sheet\" lang=\"fr\">{inside}</article>"))
}

fn group(blocks: &[Block]) -> String {
    let inside: String = blocks.iter().map(element).collect();
    if matches!(blocks.first(), Some(Block::Item(_))) { format!("<ul>{inside}</ul>") } else { inside }
}

fn element(block: &Block) -> String {
    let (tag, words) = match block {
        Block::Title(words) => ("h2", words),
        Block::Heading(words) => ("h3", words),
        Block::Paragraph(words) => ("p", words),
        Block::Item(words) => ("li", words),
    };
    format!("<{tag}>{}</{tag}>", Html::escaped(words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_stand_in_lists_and_nothing_is_markup() {
        let html = sheet("# Mandat\n\nJe suis <b>.\n\n- un\n- deux\n\n## 2\n- trois\n");
        let wanted = "<h2>Mandat</h2><p>Je suis &lt;b&gt;.</p><ul><li>un</li><li>deux</li></ul><h3>2</h3><ul><li>trois</li></ul>";
        assert!(html.as_str().contains(wanted), "{html}");
    }
}
