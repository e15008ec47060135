//! The figures of twelve months as they may be shown: protected before they leave here.

use std::collections::BTreeMap;

use crate::domain::departement;
use crate::domain::statistics::Measure;
use crate::domain::statistics::Month;
use crate::domain::statistics::about;
use crate::domain::statistics::protected;
use crate::domain::statistics::shown_total;
use crate::domain::theme::Theme;
use crate::operations::bench::Bench;
use crate::operations::refusal::Refusal;
use crate::storage::statistics;

/// What is counted month by month.
pub const MONTHLY: [Measure; 3] = [Measure::Acts, Measure::Mandates, Measure::Orientations];

/// A number for each month; `None` is hidden.
pub type Series = Vec<Option<i64>>;

/// Twelve months of figures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statistics {
    /// The months, oldest first.
    pub months: Vec<Month>,
    /// The whole country, by measure.
    pub country: BTreeMap<Measure, Series>,
    /// Each département by code, by measure; the empty code stands for what has no known address.
    pub departements: BTreeMap<String, BTreeMap<Measure, Series>>,
    /// Acts by theme.
    pub themes: BTreeMap<Theme, Series>,
    /// Organisations whose aidants may act now, by département.
    pub organisations: BTreeMap<String, Option<i64>>,
    /// Mandates in force now, down to the ten below.
    pub active_mandates: i64,
}

/// The sum of what is shown, and whether that is everything.
pub fn sum(series: &[Option<i64>]) -> (i64, bool) {
    (series.iter().flatten().sum(), series.iter().all(Option::is_some))
}

/// Figures for everybody: whole months only, so that no look a day later tells what one day brought.
///
/// # Errors
/// As the database says.
pub async fn for_everybody(bench: &Bench) -> Result<Statistics, Refusal> {
    read(bench, Month::of(bench.now().day()).before()).await
}

/// Figures for operators and national authorities: the month that has begun too.
///
/// # Errors
/// As the database says.
pub async fn for_staff(bench: &Bench) -> Result<Statistics, Refusal> {
    read(bench, Month::of(bench.now().day())).await
}

/// Counts of one month: by département, for each measure; by theme for acts.
#[derive(Default)]
struct Counted {
    departements: BTreeMap<Measure, BTreeMap<String, i64>>,
    themes: BTreeMap<Theme, i64>,
}

async fn read(bench: &Bench, last: Month) -> Result<Statistics, Refusal> {
    let months = last.year_until();
    let first = months.first().map_or_else(|| last.to_string(), ToString::to_string);
    let last = last.to_string();
    let mut tx = bench.db.read().await?;
    let mut counted: BTreeMap<String, Counted> = BTreeMap::new();
    for (month, measure, departement, count) in statistics::by_departement(&mut tx, &first, &last).await? {
        if let Some(measure) = Measure::parse(&measure) {
            let of_month = counted.entry(month).or_default();
            *of_month.departements.entry(measure).or_default().entry(departement).or_default() += count;
        }
    }
    for (month, theme, count) in statistics::by_theme(&mut tx, &first, &last).await? {
        if let Some(theme) = Theme::parse(&theme) {
            counted.entry(month).or_default().themes.insert(theme, count);
        }
    }
    let now = statistics::now(&mut tx).await?;
    let mut shown = Statistics {
        country: MONTHLY.into_iter().map(|measure| (measure, Series::new())).collect(),
        departements: BTreeMap::new(),
        themes: BTreeMap::new(),
        organisations: BTreeMap::new(),
        active_mandates: about(total_of(&now, Measure::ActiveMandates)),
        months,
    };
    let codes = codes(&counted, &now);
    for month in shown.months.clone() {
        let empty = Counted::default();
        let of_month = counted.get(&month.to_string()).unwrap_or(&empty);
        show_departements(&mut shown, &codes, of_month);
        show_themes(&mut shown, of_month);
    }
    show_organisations(&mut shown, &codes, &now);
    Ok(shown)
}

type Now = [(String, String, i64)];

fn total_of(now: &Now, measure: Measure) -> i64 {
    now.iter().filter(|(known, _, _)| known == measure.as_str()).map(|(_, _, count)| count).sum()
}

/// Every département, and whatever else was counted somewhere.
fn codes(counted: &BTreeMap<String, Counted>, now: &Now) -> Vec<String> {
    let mut codes: Vec<String> = departement::ALL.iter().map(|(code, _)| (*code).to_owned()).collect();
    let others = counted
        .values()
        .flat_map(|month| month.departements.values().flat_map(BTreeMap::keys))
        .chain(now.iter().map(|(_, departement, _)| departement));
    for other in others {
        if !codes.contains(other) {
            codes.push(other.clone());
        }
    }
    codes
}

fn show_departements(shown: &mut Statistics, codes: &[String], counted: &Counted) {
    for measure in MONTHLY {
        let of_measure = counted.departements.get(&measure);
        let counts: Vec<i64> = codes
            .iter()
            .map(|code| of_measure.and_then(|counts| counts.get(code)).copied().unwrap_or(0))
            .collect();
        shown.country.entry(measure).or_default().push(shown_total(counts.iter().sum()));
        for (code, cell) in codes.iter().zip(protected(&counts)) {
            shown.departements.entry(code.clone()).or_default().entry(measure).or_default().push(cell);
        }
    }
}

fn show_themes(shown: &mut Statistics, counted: &Counted) {
    let counts: Vec<i64> =
        Theme::ALL.into_iter().map(|theme| counted.themes.get(&theme).copied().unwrap_or(0)).collect();
    for (theme, cell) in Theme::ALL.into_iter().zip(protected(&counts)) {
        shown.themes.entry(theme).or_default().push(cell);
    }
}

fn show_organisations(shown: &mut Statistics, codes: &[String], now: &Now) {
    let counts: Vec<i64> = codes
        .iter()
        .map(|code| {
            let here = now.iter().find(|(measure, departement, _)| {
                measure == Measure::Organisations.as_str() && departement == code
            });
            here.map_or(0, |(_, _, count)| *count)
        })
        .collect();
    shown.organisations = codes.iter().cloned().zip(protected(&counts)).collect();
}
