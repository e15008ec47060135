//! The dry run: every line of a file against the rules, the database and the lines before it; nothing is written.

use std::collections::HashMap;
use std::collections::HashSet;

use crate::domain::account::Professional;
use crate::domain::account::Role;
use crate::domain::account::normal_email;
use crate::domain::ids::OrganisationId;
use crate::domain::import::Fault;
use crate::domain::import::FaultKind;
use crate::domain::import::ImportKind;
use crate::domain::import::MOST_LINES;
use crate::domain::organisation::Siret;
use crate::domain::organisation_profile::OrganisationKind;
use crate::domain::organisation_profile::postcode_in;
use crate::domain::organisation_request::typed::LONGEST_LINE;
use crate::domain::organisation_request::typed::LONGEST_NAME;
use crate::domain::organisation_request::typed::is_hostile;
use crate::domain::organisation_request::typed::line as one_line;
use crate::operations::actors::EMAIL_LOOKUP;
use crate::operations::bench::Bench;
use crate::operations::import::read::Lines;
use crate::operations::import::read::Values;
use crate::operations::refusal::Refusal;
use crate::storage::db::Tx;
use crate::storage::imports;

/// An organisation of a file.
#[derive(Clone, Debug)]
pub(super) struct OrganisationLine {
    pub(super) siret: Siret,
    pub(super) name: String,
    pub(super) kind: OrganisationKind,
    pub(super) address: String,
    pub(super) referent: Option<Professional>,
}

/// An aidant of a file.
#[derive(Clone, Debug)]
pub(super) struct AidantLine {
    pub(super) organisation: OrganisationId,
    pub(super) professional: Professional,
    pub(super) function: String,
}

/// A line that may be read in.
#[derive(Clone, Debug)]
pub(super) enum Good {
    Organisation(OrganisationLine),
    Aidant(AidantLine),
}

/// What the database holds that a file may clash with, read once.
pub(super) struct Known {
    kind: ImportKind,
    organisations: HashMap<String, OrganisationId>,
    /// Keyed hash of an aidant's address, and where she is.
    places: HashSet<([u8; 32], OrganisationId)>,
    sirets: HashMap<String, u64>,
    pairs: HashMap<([u8; 32], OrganisationId), u64>,
}

impl Known {
    /// Reads what the database holds.
    pub(super) async fn read(tx: &mut Tx, kind: ImportKind) -> Result<Self, Refusal> {
        let active = kind == ImportKind::Aidants;
        let organisations = imports::sirets(tx, active).await?.into_iter().collect();
        let places = match kind {
            ImportKind::Organisations => HashSet::new(),
            ImportKind::Aidants => imports::places(tx, Role::Aidant)
                .await?
                .into_iter()
                .filter_map(|(hash, place)| Some((hash.try_into().ok()?, place)))
                .collect(),
        };
        Ok(Self { kind, organisations, places, sirets: HashMap::new(), pairs: HashMap::new() })
    }

    /// Judges one line, and remembers it for those behind.
    pub(super) fn judge(&mut self, bench: &Bench, values: &Values) -> Result<Good, Vec<Fault>> {
        let mut sheet = Sheet { values, faults: Vec::new() };
        let good = match self.kind {
            ImportKind::Organisations => self.organisation(&mut sheet).map(Good::Organisation),
            ImportKind::Aidants => self.aidant(bench, &mut sheet).map(Good::Aidant),
        };
        match good {
            Some(good) if sheet.faults.is_empty() => Ok(good),
            _ => Err(sheet.faults),
        }
    }

    fn organisation(&mut self, sheet: &mut Sheet<'_>) -> Option<OrganisationLine> {
        let siret = sheet.siret();
        if let Some(siret) = &siret {
            if self.organisations.contains_key(siret.as_str()) {
                sheet.fault("siret", FaultKind::SiretKnown);
            }
            if let Some(earlier) = self.sirets.get(siret.as_str()) {
                sheet.twice("siret", *earlier);
            } else {
                self.sirets.insert(siret.to_string(), sheet.values.line);
            }
        }
        let name = sheet.words("nom", LONGEST_LINE);
        let kind = OrganisationKind::parse(sheet.values.of("type"));
        if kind.is_none() {
            sheet.fault("type", FaultKind::Kind);
        }
        let address = sheet.words("adresse", LONGEST_LINE);
        if address.as_deref().is_some_and(|address| postcode_in(address).is_none()) {
            sheet.fault("adresse", FaultKind::Address);
        }
        let columns = ["referent_prenom", "referent_nom", "referent_email"];
        let given = columns.iter().filter(|column| !sheet.values.of(column).is_empty()).count();
        let referent = match given {
            0 => None,
            3 => sheet.professional(columns),
            _ => {
                let empty = columns.iter().find(|column| sheet.values.of(column).is_empty());
                sheet.fault(empty.unwrap_or(&"referent_email"), FaultKind::ReferentPart);
                None
            }
        };
        Some(OrganisationLine { siret: siret?, name: name?, kind: kind?, address: address?, referent })
    }

    fn aidant(&mut self, bench: &Bench, sheet: &mut Sheet<'_>) -> Option<AidantLine> {
        let siret = sheet.siret();
        let organisation = siret.as_ref().and_then(|siret| self.organisations.get(siret.as_str()).copied());
        if siret.is_some() && organisation.is_none() {
            sheet.fault("siret", FaultKind::SiretUnknown);
        }
        let professional = sheet.professional(["prenom", "nom", "email"]);
        let function = sheet.words("fonction", LONGEST_NAME);
        if let (Some(place), Some(who)) = (organisation, &professional) {
            let pair = (bench.lookup.hash(EMAIL_LOOKUP, who.email.show()), place);
            if self.places.contains(&pair) {
                sheet.fault("email", FaultKind::AlreadyHere);
            }
            if let Some(earlier) = self.pairs.get(&pair) {
                sheet.twice("email", *earlier);
            } else {
                self.pairs.insert(pair, sheet.values.line);
            }
        }
        Some(AidantLine { organisation: organisation?, professional: professional?, function: function? })
    }
}

struct Sheet<'a> {
    values: &'a Values,
    faults: Vec<Fault>,
}

impl Sheet<'_> {
    fn fault(&mut self, column: &str, kind: FaultKind) {
        self.faults.push(Fault { line: self.values.line, column: column.to_owned(), kind, earlier: None });
    }

    fn twice(&mut self, column: &str, earlier: u64) {
        let line = self.values.line;
        let kind = FaultKind::Twice;
        self.faults.push(Fault { line, column: column.to_owned(), kind, earlier: Some(earlier) });
    }

    fn siret(&mut self) -> Option<Siret> {
        let typed = self.values.of("siret");
        let read = Siret::parse(typed);
        if read.is_none() {
            let kind = if typed.is_empty() { FaultKind::Missing } else { FaultKind::Siret };
            self.fault("siret", kind);
        }
        read
    }

    fn words(&mut self, column: &str, longest: usize) -> Option<String> {
        match one_line(self.values.of(column), longest) {
            Ok(words) => Some(words),
            Err(key) => {
                self.fault(column, FaultKind::parse(key).unwrap_or(FaultKind::Signs));
                None
            }
        }
    }

    fn professional(&mut self, [given, family, address]: [&str; 3]) -> Option<Professional> {
        let given_name = self.words(given, LONGEST_NAME);
        let family_name = self.words(family, LONGEST_NAME);
        let typed = self.values.of(address);
        let email = normal_email(typed).filter(|email| !email.chars().any(is_hostile));
        if email.is_none() {
            self.fault(address, if typed.is_empty() { FaultKind::Missing } else { FaultKind::Email });
        }
        Some(Professional {
            given_name: given_name?.into(),
            family_name: family_name?.into(),
            email: email?.into(),
        })
    }
}

/// Goes through a whole file: gives each good line or each fault to `each`, with the number of lines seen.
pub(super) fn walk(
    bench: &Bench,
    bytes: &[u8],
    known: &mut Known,
    mut each: impl FnMut(u64, Result<Good, Vec<Fault>>),
) {
    let mut lines = match Lines::open(known.kind, bytes) {
        Ok(lines) => lines,
        Err(faults) => return each(0, Err(faults)),
    };
    let mut seen = 0;
    while let Some(next) = lines.next_line() {
        seen += 1;
        if seen > MOST_LINES {
            let line = next.as_ref().map_or(seen + 1, |values| values.line);
            let fault = Fault { line, column: String::new(), kind: FaultKind::TooMany, earlier: None };
            return each(seen, Err(vec![fault]));
        }
        each(seen, next.and_then(|values| known.judge(bench, &values)));
    }
    if seen == 0 {
        let fault = Fault { line: 1, column: String::new(), kind: FaultKind::Empty, earlier: None };
        each(0, Err(vec![fault]));
    }
}
