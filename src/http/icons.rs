//! The icons: lines on a 24 by 24 grid, always beside words.

use crate::text::Html;

/// Every icon as `(name, what is inside its <svg>)`.
pub const ICONS: [(&str, &str); 24] = [
    ("tick", r#"<path d="M4.5 12.5l5 5 10-11"/>"#),
    ("cross", r#"<path d="M6 6l12 12M18 6L6 18"/>"#),
    ("clock", r#"<circle cx="12" cy="12" r="8.5"/><path d="M12 7v5.5l3.5 2"/>"#),
    ("pause", r#"<circle cx="12" cy="12" r="8.5"/><path d="M9.7 9v6M14.3 9v6"/>"#),
    ("stop", r#"<circle cx="12" cy="12" r="8.5"/><path d="M8 12h8"/>"#),
    ("refused", r#"<circle cx="12" cy="12" r="8.5"/><path d="M6.2 6.2l11.6 11.6"/>"#),
    ("warning", r#"<path d="M12 4L2.8 20h18.4z"/><path d="M12 10v4.5M12 17.2v.1"/>"#),
    ("info", r#"<circle cx="12" cy="12" r="8.5"/><path d="M12 11v5.5M12 7.6v.1"/>"#),
    ("flag", r#"<path d="M6 21V4M6 4.5c4-2 7 2 12 0v8.5c-5 2-8-2-12 0"/>"#),
    (
        "eye",
        r#"<path d="M2.5 12C5 7.8 8.3 6 12 6s7 1.8 9.5 6C19 16.2 15.7 18 12 18s-7-1.8-9.5-6z"/><circle cx="12" cy="12" r="2.6"/>"#,
    ),
    (
        "seal",
        r#"<circle cx="12" cy="10" r="6.5"/><path d="M9.3 10.2l2 2 3.6-4M8.5 15.8L7.5 21.5l4.5-2 4.5 2-1-5.7"/>"#,
    ),
    ("enter", r#"<path d="M13 4h6.5v16H13M4 12h11M11 8l4 4-4 4"/>"#),
    ("leave", r#"<path d="M11 4H4.500v16H11M9 12h11M16 8l4 4-4 4"/>"#),
    ("forward", r#"<path d="M4 12h15.500M13.500 6l6 6-6 6"/>"#),
    ("back", r#"<path d="M20 12H4.500M10.500 6l-6 6 6 6"/>"#),
    ("plus", r#"<path d="M12 5v14M5 12h14"/>"#),
    ("download", r#"<path d="M12 3.5v12M7 11l5 5 5-5M4 20.5h16"/>"#),
    ("refresh", r#"<path d="M19.500 12a7.500 7.500 0 1 1-2.200-5.300L19.500 9M19.500 4v5h-5"/>"#),
    (
        "phone",
        r#"<path d="M5 3.5h4l1.8 5-2.3 1.7c1 2.3 2.900 4.200 5.300 5.300l1.700-2.300 5 1.800v4c0 1-.8 1.500-1.700 1.500C11 20.300 3.700 13 3.500 5.200 3.500 4.300 4 3.500 5 3.500z"/>"#,
    ),
    (
        "person",
        r#"<circle cx="12" cy="8" r="4"/><path d="M4.500 20.500c.6-4.200 3.600-6.500 7.500-6.500s6.900 2.300 7.500 6.500"/>"#,
    ),
    (
        "hand-over",
        r#"<circle cx="15" cy="8" r="5"/><path d="M10 8v9"/><circle cx="10" cy="19.500" r="1.500"/>"#,
    ),
    ("letter", r#"<path d="M3.500 5.500h17v13h-17zM3.500 6.500l8.500 7 8.500-7"/>"#),
    ("printer", r#"<path d="M7 9V3.500h10V9M7 17H3.500V9h17v8H17M7 14h10v6.500H7z"/>"#),
    (
        "building",
        r#"<path d="M3.500 20.500h17M5 9.500h14L12 4zM6.500 9.500v11M10.200 9.500v11M13.800 9.500v11M17.500 9.500v11"/>"#,
    ),
];

/// The icon `name` as SVG that screen readers skip; nothing for an unknown name, which a test of the templates finds.
pub fn icon(name: &str) -> Html {
    let inside = ICONS.iter().find(|(known, _)| *known == name).map(|(_, inside)| *inside);
    Html::trusted(inside.map_or_else(String::new, |inside| {
        format!(
            r#"<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{inside}</svg>"#
        )
    }))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_are_unique_and_unknown_ones_draw_nothing() {
        let names: BTreeSet<&str> = ICONS.iter().map(|(name, _)| *name).collect();
        assert_eq!(names.len(), ICONS.len());
        assert!(icon("tick").as_str().starts_with("<svg class=\"icon\""));
        assert!(icon("nothing").as_str().is_empty());
    }
}
