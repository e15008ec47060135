//! Files of organisations and aidants: every fault listed, nothing half done, and what is written out comes in again.

use std::fmt::Write as _;
use std::time::Duration;

use procura::demo::browser::cookies::Navigation;
use procura::demo::browser::page::Page;
use procura::domain::import::FaultKind;
use procura::domain::import::ImportKind;
use procura::domain::time::Clock;
use procura::operations::import;
use procura::operations::import::export::export;
use procura::operations::refusal::Refusal;
use procura::storage::db::Sql;

use crate::organisations::operator;
use crate::organisations::send_to;
use crate::world::CLI;
use crate::world::Professional;
use crate::world::World;
use crate::world::siret;

const HEAD: &str = "siret;nom;type;adresse";

fn line(number: u32) -> String {
    format!("{};CCAS numéro {number};ccas;{number} rue du Pont, 39100 Dole\r\n", siret(number))
}

async fn count(world: &World, sql: &'static str) -> i64 {
    let mut tx = world.bench.db.read().await.expect("a transaction");
    tx.query(Sql::same(sql)).fetch_one::<(i64,)>().await.expect("a count").0
}

/// Every fault of a file, as `line column kind`.
async fn faults(world: &World, kind: ImportKind, text: &[u8]) -> Vec<String> {
    let report = import::dry_run(&world.bench, &CLI, kind, text, |_| ()).await.expect("a dry run");
    report.faults.iter().map(|fault| format!("{} {} {}", fault.line, fault.column, fault.kind)).collect()
}

/// Sends a file as a browser does.
async fn upload(world: &World, who: &mut Professional, kind: &str, text: &str) -> String {
    let boundary = "----x-boundary";
    let body = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"kind\"\r\n\r\n{kind}\r\n--{boundary}\r\n\
         Content-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\nContent-Type: text/csv\r\n\r\n{text}\r\n--{boundary}--\r\n"
    );
    let here = world.at("/operateur/import");
    let own = Navigation { same_site: true, safe_method: false };
    let cookie = who.browser.cookies().header(&here, own, world.clock.now()).expect("her session");
    let answer = world
        .http
        .post(here)
        .header("cookie", cookie)
        .header("content-type", format!("multipart/form-data; boundary={boundary}"))
        .body(body)
        .send()
        .await
        .expect("an answer");
    let status = answer.status().as_u16();
    let location = answer.headers().get("location").and_then(|value| value.to_str().ok()).map(str::to_owned);
    location.unwrap_or_else(|| panic!("{status}"))
}

/// The page of a file once its work is done.
async fn settled(world: &World, who: &mut Professional, path: &str) -> Page {
    for _ in 0..300 {
        let page = who.get(world, path).await;
        if page.words(".waiting__title").is_none() {
            return page;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the file is never done");
}

on_each_database! {
    async fn every_fault_of_a_file_is_named_where_it_stands(world) {
        let known = world.organisation("CCAS de Dijon").await;
        let mut tx = world.bench.db.read().await.expect("a transaction");
        let (own,): (String,) = tx.query(Sql::same("SELECT siret FROM organisations WHERE id = $1")).bind(known).fetch_one().await.expect("its SIRET");
        drop(tx);
        let (one, two) = (siret(70_001), siret(70_002));
        let text = format!(
            "\u{feff}{HEAD};referent_prenom;referent_nom;referent_email\r\n\
             {one};CCAS A;ccas;1 rue X, 21000 Dijon;;;\r\n\
             {one};CCAS B;ccas;1 rue X, 21000 Dijon;;;\r\n\
             73282932000075;CCAS C;secte;sans code;;;\r\n\
             {own};;ccas;1 rue X, 21000 Dijon;;;\r\n\
             {two};\"=CMD()\u{202e}\";ccas;1 rue X, 21000 Dijon;Rémi;;\r\n\
             trop;court\r\n\
             ;;;;;;\r\n"
        );
        let found = faults(&world, ImportKind::Organisations, text.as_bytes()).await;
        let wanted = [
            "3 siret twice", "4 siret siret", "4 type kind", "4 adresse address", "5 siret siret-known", "5 nom missing",
            "6 nom signs", "6 referent_nom referent-part", "7  width",
        ];
        assert_eq!(found, wanted);
        let bytes = [HEAD.as_bytes(), b"\r\n", one.as_str().as_bytes(), b";CCAS \xe9;ccas;1 rue X, 21000 Dijon\r\n"].concat();
        assert_eq!(faults(&world, ImportKind::Organisations, &bytes).await, ["2 nom encoding"]);
        assert_eq!(faults(&world, ImportKind::Organisations, b"").await, ["1  empty"]);
        assert_eq!(faults(&world, ImportKind::Organisations, HEAD.as_bytes()).await, ["1  empty"]);
        let head = "siret,nom,nom,couleur\n".as_bytes();
        let found = faults(&world, ImportKind::Organisations, head).await;
        assert_eq!(found, ["1 nom column-twice", "1 couleur column-unknown", "1 type column-missing", "1 adresse column-missing"]);
        let comma = format!("siret,nom,type,adresse\n{two},\"CCAS \"\"d’ici\"\"\",ccas,\"1 rue X, 21000 Dijon\"\n");
        assert!(faults(&world, ImportKind::Organisations, comma.as_bytes()).await.is_empty());
        let people = format!("siret;prenom;nom;email;fonction\n{two};Zoé;Blanc;zoe@x.example;Agent\n{own};Zoé;;zoe;\n{own};Zoé;Blanc;zoe@x.example;Agent\n{own};Zoé;Blanc;ZOE@x.example;Agent\n");
        let found = faults(&world, ImportKind::Aidants, people.as_bytes()).await;
        assert_eq!(found, ["2 siret siret-unknown", "3 nom missing", "3 email email", "3 fonction missing", "5 email twice"]);
    }

    async fn a_hundred_thousand_lines_are_checked_and_nothing_is_written(world) {
        let mut text = format!("{HEAD}\r\n");
        for number in 0..99_999 {
            let wrong = if number % 10 == 0 { "x" } else { "" };
            let _ = write!(text, "{wrong}{};CCAS {number};ccas;1 rue X, 21000 Dijon\r\n", siret(number));
        }
        let _ = write!(text, "{};CCAS;ccas;1 rue X, 21000 Dijon\r\n", siret(1));
        let report = import::dry_run(&world.bench, &CLI, ImportKind::Organisations, text.as_bytes(), |_| ()).await.expect("a dry run");
        assert_eq!((report.lines, report.faults.len()), (100_000, 10_001));
        assert_eq!(report.faults.last().map(|fault| (fault.kind, fault.line, fault.earlier)), Some((FaultKind::Twice, 100_001, Some(3))));
        assert_eq!(count(&world, "SELECT count(*) FROM organisations").await, 0);
        let more = format!("{text}{}", line(70_000));
        let found = faults(&world, ImportKind::Organisations, more.as_bytes()).await;
        assert_eq!(found.last().map(String::as_str), Some("100002  too-many"));
        let refused = import::apply_now(&world.bench, &CLI, ImportKind::Organisations, text.as_bytes(), |_| ()).await;
        assert!(matches!(refused, Err(Refusal::Conflict("import-faults"))), "{refused:?}");
        assert_eq!(count(&world, "SELECT count(*) FROM organisations").await, 0);
    }

    async fn a_file_is_read_in_whole_or_not_at_all(world) {
        let mut text = format!("{HEAD}\r\n");
        (1..=2_000).for_each(|number| text += &line(number));
        let faulty = format!("{text}{}", line(2_000));
        let refused = import::apply_now(&world.bench, &CLI, ImportKind::Organisations, faulty.as_bytes(), |_| ()).await;
        assert!(matches!(refused, Err(Refusal::Conflict("import-faults"))), "{refused:?}");
        assert_eq!((count(&world, "SELECT count(*) FROM organisations").await, world.count("organisation.accepted").await), (0, 0));
        let done = import::apply_now(&world.bench, &CLI, ImportKind::Organisations, text.as_bytes(), |_| ()).await.expect("an import");
        assert_eq!(done.lines, 2_000);
        assert_eq!(world.count("organisation.accepted").await, 2_000);
        assert_eq!(count(&world, "SELECT count(*) FROM organisations WHERE departement = '39'").await, 2_000);
        let mut people = "siret;prenom;nom;email;fonction\r\n".to_owned();
        (1..=300).for_each(|number| { let _ = write!(people, "{};Zoé;Blanc;zoe{number}@x.example;Agent\r\n", siret(number)); });
        import::apply_now(&world.bench, &CLI, ImportKind::Aidants, people.as_bytes(), |_| ()).await.expect("an import");
        assert_eq!(world.count("habilitation.requested").await, 300);
        let out = export(&world.bench, &CLI, ImportKind::Organisations).await.expect("an export");
        assert_eq!(out.iter().filter(|byte| **byte == b'\n').count(), 2_001);
        let again = import::dry_run(&world.bench, &CLI, ImportKind::Organisations, &out, |_| ()).await.expect("a dry run");
        assert!(again.faults.len() == 2_000 && again.faults.iter().all(|fault| fault.kind == FaultKind::SiretKnown), "its own file can be read");
        let out = export(&world.bench, &CLI, ImportKind::Aidants).await.expect("an export");
        let text = String::from_utf8(out.clone()).expect("UTF-8");
        assert!(text.lines().any(|line| line.contains(";Zoé;Blanc;zoe7@x.example;Agent;requested;")), "{text}");
        let again = import::dry_run(&world.bench, &CLI, ImportKind::Aidants, &out, |_| ()).await.expect("a dry run");
        assert!(again.faults.len() == 300 && again.faults.iter().all(|fault| fault.kind == FaultKind::AlreadyHere), "{:?}", again.faults.first());
        let mut olga = operator(&world, "Olga").await;
        let list = olga.get(&world, "/operateur/structures").await;
        assert_eq!(list.all_words("tbody tr").len(), 50);
        let next = olga.browser.click(&list, "Page suivante").await.expect("the next page");
        assert_eq!(next.all_words("tbody tr").len(), 50);
        let one = olga.get(&world, "/operateur/structures?q=NUMERO%201999").await;
        assert_eq!(one.all_words("tbody tr").len(), 1, "{}", one.main_text());
        let digits = siret(77).to_string();
        let one = olga.get(&world, &format!("/operateur/structures?q={digits}")).await;
        assert_eq!(one.all_words("tbody tr").len(), 1, "{}", one.main_text());
    }

    async fn an_operator_brings_a_file_through_the_pages(world) {
        let mut olga = operator(&world, "Olga").await;
        let page = olga.get(&world, "/operateur/import").await;
        assert!(page.main_text().contains("siret ; nom ; type ; adresse"), "{}", page.main_text());
        let bad = format!("{HEAD}\r\n{}x;y;z;t\r\n", line(1));
        let path = upload(&world, &mut olga, "organisations", &bad).await;
        let page = settled(&world, &mut olga, &path).await;
        assert!(page.main_text().contains("Le SIRET est faux") && page.form_to("/appliquer").is_err(), "{}", page.main_text());
        let forced = world.at(&format!("{path}/appliquer"));
        let denied = olga.browser.post_from(&world.at(&path), &forced, &[]).await.expect("a page");
        assert_eq!(denied.status.as_u16(), 409);
        let page = send_to(&mut olga, &page, "/abandonner", &[]).await;
        assert!(page.main_text().contains("abandonné"), "{}", page.main_text());
        let mut good = format!("{HEAD}\r\n");
        (1..=40).for_each(|number| good += &line(number));
        let path = upload(&world, &mut olga, "organisations", &good).await;
        let page = settled(&world, &mut olga, &path).await;
        assert!(page.main_text().contains("Aucune erreur"), "{}", page.main_text());
        assert_eq!(world.count("organisation.accepted").await, 0);
        send_to(&mut olga, &page, "/appliquer", &[]).await;
        let page = settled(&world, &mut olga, &path).await;
        assert!(page.main_text().contains("Tout est appliqué"), "{}", page.main_text());
        assert_eq!(world.count("organisation.accepted").await, 40);
        assert_eq!(count(&world, "SELECT count(*) FROM import_parts").await, 0, "its contents are forgotten");
        let journal = olga.get(&world, "/operateur/journal").await.main_text();
        assert!(journal.contains("CCAS numéro"), "{journal}");
    }
}
