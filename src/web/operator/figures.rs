//! `/operateur/chiffres`: how the gateway is used, and how far its ledger has come.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::domain::mandate::MandateStatus;
use crate::domain::theme::Theme;
use crate::http::errors::PageError;
use crate::http::page::Page;
use crate::http::respond;
use crate::http::state::App;
use crate::operations::evidence;
use crate::operations::evidence::Standing;
use crate::operations::evidence::WitnessStanding;
use crate::operations::figures;
use crate::operations::figures::DAYS;
use crate::operations::figures::Figures;
use crate::text::Text;
use crate::text::themes;
use crate::web::operator::Desk;

/// The longest bar, in hundredths of the chart's width; the rest is for its number.
const LONGEST: i64 = 78;

struct Bar {
    title: String,
    count: String,
    width: i64,
    number_at: i64,
}

#[derive(Template)]
#[template(path = "web/operator/figures.html")]
struct FiguresPage {
    page: Page,
    lead: String,
    /// Words and number.
    totals: Vec<(String, String)>,
    mandates: Vec<(String, String)>,
    counted: Option<String>,
    bars: Vec<Bar>,
    kinds: Vec<(String, String)>,
    size: String,
    waiting: String,
    signed: String,
    witnessed: String,
    witnesses: Vec<WitnessRow>,
    stamped: String,
}

/// How it stands with one witness.
struct WitnessRow {
    name: String,
    size: String,
    tone: &'static str,
    icon: &'static str,
    words: String,
}

/// `GET /operateur/chiffres`
pub(super) async fn show(State(app): State<App>, desk: Desk) -> Result<Response, PageError> {
    let t = desk.t();
    let counted =
        figures::figures(&app.bench, &desk.operator).await.map_err(|refusal| desk.refuse(refusal))?;
    let number = |count: usize| t.number(i64::try_from(count).unwrap_or(i64::MAX));
    let kinds = counted.kinds.iter().map(|(kind, count)| (t.kind_title(kind), t.number(*count)));
    let standing = evidence::standing(&app.bench).await.map_err(|refusal| desk.refuse(refusal))?;
    let view = FiguresPage {
        witnessed: witnessed(t, &standing),
        witnesses: standing.witnesses.iter().map(|one| witness(t, one)).collect(),
        stamped: stamped(t, &standing),
        page: desk.page(t.get("nav-operator-figures")),
        lead: t.with("operator-figures-lead", &[("date", &t.moment(app.bench.now())), ("days", &DAYS)]),
        totals: totals(t, &counted),
        mandates: mandates(t, &counted.mandates),
        counted: counted.counted_at.map(|at| t.with("operator-figures-counted", &[("at", &t.moment(at))])),
        bars: bars(t, &counted.acts),
        kinds: kinds.collect(),
        size: number(usize::try_from(counted.ledger).unwrap_or(usize::MAX)),
        waiting: t.number(counted.waiting),
        signed: counted.signed_at.map_or_else(|| t.get("operator-figures-unsigned"), |at| t.moment(at)),
    };
    Ok(respond::html(StatusCode::OK, &view, &view.page.csp()))
}

fn witnessed(t: Text, standing: &Standing) -> String {
    if standing.quorum == 0 {
        return t.get("operator-figures-no-witness");
    }
    let (asked, all) = (standing.quorum, standing.witnesses.len());
    match standing.witnessed {
        Some((size, at)) => {
            let (size, at) = (t.number(i64::try_from(size).unwrap_or(i64::MAX)), t.moment(at));
            t.with(
                "operator-figures-witnessed-words",
                &[("size", &size), ("at", &at), ("asked", &asked), ("all", &all)],
            )
        }
        None => t.with("operator-figures-unwitnessed", &[("asked", &asked), ("all", &all)]),
    }
}

fn witness(t: Text, one: &WitnessStanding) -> WitnessRow {
    let (tone, icon, words) = match (one.fault, one.tried_at) {
        (Some(fault), _) => {
            let (tone, icon) = if fault.is_alarm() { ("stopped", "refused") } else { ("waiting", "info") };
            (tone, icon, t.with(&format!("operator-witness-{fault}"), &[("name", &one.name)]))
        }
        (None, Some(at)) => ("active", "tick", t.with("operator-witness-well", &[("at", &t.moment(at))])),
        (None, None) => ("waiting", "clock", t.get("operator-witness-unasked")),
    };
    let size = t.number(i64::try_from(one.size).unwrap_or(i64::MAX));
    WitnessRow { name: one.name.clone(), size, tone, icon, words }
}

fn stamped(t: Text, standing: &Standing) -> String {
    match (&standing.stamped, standing.stamp_fault) {
        (None, None) if !standing.stamps => t.get("operator-figures-no-stamps"),
        (None, _) => t.get("operator-figures-unstamped"),
        (Some(stamped), fault) => {
            let size = t.number(i64::try_from(stamped.size).unwrap_or(i64::MAX));
            let key = if fault.is_some() {
                "operator-figures-stamped-late"
            } else {
                "operator-figures-stamped-words"
            };
            t.with(key, &[("size", &size), ("at", &t.moment(stamped.at))])
        }
    }
}

fn totals(t: Text, counted: &Figures) -> Vec<(String, String)> {
    let size = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    let active = counted.mandates.iter().find(|(status, _)| *status == MandateStatus::Active);
    let acts: i64 = counted.acts.iter().map(|(_, count)| count).sum();
    [
        ("operator-figure-acts", acts),
        ("operator-figure-mandates", active.map_or(0, |(_, count)| *count)),
        ("operator-figure-organisations", size(counted.organisations)),
        ("operator-figure-suspended", size(counted.suspended)),
        ("operator-figure-aidants", size(counted.aidants)),
        ("operator-figure-refusals", counted.refusals),
    ]
    .into_iter()
    .map(|(key, count)| (t.with(key, &[("count", &count)]), t.number(count)))
    .collect()
}

fn mandates(t: Text, counted: &[(MandateStatus, i64)]) -> Vec<(String, String)> {
    let count = |status: &MandateStatus| {
        counted.iter().find(|(known, _)| known == status).map_or(0, |(_, count)| *count)
    };
    MandateStatus::ALL
        .iter()
        .map(|status| {
            (
                t.get(&format!("operator-mandates-{}", status.as_str().replace('_', "-"))),
                t.number(count(status)),
            )
        })
        .collect()
}

fn bars(t: Text, counted: &[(Theme, i64)]) -> Vec<Bar> {
    let most = counted.iter().map(|(_, count)| *count).max().unwrap_or(0).max(1);
    let mut all: Vec<(Theme, i64)> = Theme::ALL
        .into_iter()
        .map(|theme| {
            (theme, counted.iter().find(|(known, _)| *known == theme).map_or(0, |(_, count)| *count))
        })
        .collect();
    all.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    all.into_iter()
        .map(|(theme, count)| Bar {
            title: themes().title(theme, t.language()).to_owned(),
            count: t.number(count),
            width: count * LONGEST / most,
            number_at: count * LONGEST / most + i64::from(count > 0) * 2,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::witness::WitnessFault;
    use crate::text::Language;

    #[test]
    fn the_longest_bar_leaves_room_for_its_number_and_nothing_is_left_out() {
        let bars = bars(Text::new(Language::Fr), &[(Theme::Logement, 10), (Theme::Social, 40)]);
        let shown: Vec<_> = bars.iter().map(|bar| (bar.width, bar.number_at)).collect();
        assert_eq!(shown[..3], [(78, 80), (19, 21), (0, 0)]);
        assert_eq!((bars.len(), bars[0].title.as_str()), (10, "Social - Santé"));
    }

    #[test]
    fn every_status_has_its_words() {
        for language in Language::ALL {
            for (words, _) in mandates(Text::new(language), &[]) {
                assert!(!words.contains('⟦'), "{words}");
            }
        }
    }

    #[test]
    fn every_fault_of_a_witness_has_its_words() {
        for language in Language::ALL {
            for fault in WitnessFault::ALL {
                let one =
                    WitnessStanding { name: "w".to_owned(), size: 1, tried_at: None, fault: Some(*fault) };
                let row = witness(Text::new(language), &one);
                assert!(!row.words.contains('⟦') && row.words.len() > 10, "{}", row.words);
            }
        }
    }
}
