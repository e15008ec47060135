use super::*;

fn every_block() -> Vec<Block> {
    vec![
        Block::Heading { level: 3, text: "Attestation de mandat".to_owned() },
        Block::Paragraph("Élodie d’Arc-Ménard, née Ó’Brien, 東京 👩🏽 שרה כהן محمد علي.".to_owned()),
        Block::Heading { level: 5, text: "Les démarches".to_owned() },
        Block::Facts(vec![
            ("Structure".to_owned(), "CCAS de Dijon".to_owned()),
            (String::new(), String::new()),
        ]),
        Block::List(vec!["Un".to_owned(), "Deux ".repeat(80)]),
        Block::Quote("# Mandat\n\nJe suis Jeanne.\n\n- Social - Santé : CPAM\n## Fin".to_owned()),
        Block::Table {
            head: vec!["Quand".to_owned(), "Qui".to_owned()],
            rows: vec![vec!["x".repeat(256)], vec![String::new(), "a".to_owned(), "b".to_owned()]],
            caption: "Les lignes".to_owned(),
        },
        Block::Rule,
        Block::Qr {
            content: "https://procura.example/verifier?code=7K2PX-0TZ4M-C9QRS-1ABCD".to_owned(),
            alt: "Code carré".to_owned(),
            caption: "7K2PX-0TZ4M-C9QRS-1ABCD".to_owned(),
        },
        Block::PageBreak,
        Block::Paragraph("Fin".to_owned()),
    ]
}

fn paper(blocks: Vec<Block>) -> Document {
    Document { title: "Attestation".to_owned(), language: Language::Fr, blocks }
}

#[test]
fn a_paper_with_every_block_is_written_twice_the_same() {
    let first = render(&paper(every_block())).expect("a PDF");
    assert!(first.starts_with(b"%PDF-1.7"));
    assert_eq!(first, render(&paper(every_block())).expect("a PDF"));
}

#[test]
fn an_empty_paper_has_a_page() {
    assert!(render(&paper(Vec::new())).expect("a PDF").len() > 200);
    let nothing =
        Document { title: "\u{200b}".to_owned(), ..paper(vec![Block::PageBreak, Block::List(vec![])]) };
    render(&nothing).expect("a PDF");
}

#[test]
fn a_code_that_is_too_full_is_an_error() {
    let block = Block::Qr { content: "x".repeat(4_000), alt: String::new(), caption: String::new() };
    assert!(matches!(render(&paper(vec![block])), Err(DocumentError::Square)));
}

#[test]
fn a_table_of_ten_thousand_rows_is_written() {
    let rows: Vec<Vec<String>> = (0..10_000)
        .map(|at| {
            vec![
                format!("mercredi {at}"),
                "Amélie Durand (CCAS de Dijon)".to_owned(),
                "a ouvert le dossier".to_owned(),
            ]
        })
        .collect();
    let head = ["Quand", "Qui", "Quoi"].map(str::to_owned).to_vec();
    render(&paper(vec![Block::Table { head, rows, caption: String::new() }])).expect("a PDF");
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 60, ..Default::default() })]

    #[test]
    fn any_text_can_be_printed(text in "\\PC{0,300}", wild in proptest::collection::vec(proptest::char::any(), 0..120), level in 0_u8..9) {
        let wild: String = wild.into_iter().collect();
        let blocks = vec![
            Block::Heading { level, text: wild.clone() },
            Block::Paragraph(text.clone()),
            Block::Quote(format!("# {text}\n- {wild}\n{wild}")),
            Block::Facts(vec![(text.clone(), wild.clone())]),
            Block::List(vec![wild.clone()]),
            Block::Table { head: vec![text.clone(), wild.clone()], rows: vec![vec![wild.clone(), text]], caption: wild.clone() },
        ];
        let document = Document { title: wild, ..paper(blocks) };
        render(&document).expect("a PDF");
    }
}
