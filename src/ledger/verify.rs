//! The offline check of a bundle file: payload, commitment, leaf, inclusion, signature, and gaps in a mandate's chain.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::crypto::hash::same;
use crate::crypto::hash::unb64;
use crate::crypto::hash::unb64_32;
use crate::crypto::json::read_unambiguous;
use crate::crypto::note::NoteKey;
use crate::domain::ids::EntryId;
use crate::domain::ids::MandateId;
use crate::ledger::bundle::Bundle;
use crate::ledger::bundle::Bundles;
use crate::ledger::checkpoint::Checkpoint;
use crate::ledger::checkpoint::CheckpointError;
use crate::ledger::entry::Chain;
use crate::ledger::merkle::Hash;
use crate::ledger::merkle::leaf_hash;
use crate::ledger::merkle::verify_inclusion;
use crate::ledger::proof_text::ProofText;
use crate::ledger::sealed::Leaf;
use crate::ledger::sealed::commit;
use crate::ledger::values::Digest;
use crate::ledger::values::Moment;

/// What is wrong, and in which bundle of the file (counted from 1) where it is about one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Which bundle.
    pub bundle: Option<usize>,
    /// What.
    pub wrong: Wrong,
}

/// What can be wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Wrong {
    /// Neither one bundle nor several.
    #[error("the file is no bundle of a ledger")]
    File,
    /// A file without any line proves nothing.
    #[error("the file holds no bundle")]
    Empty,
    /// A field is not the base64url it should be.
    #[error("the field {0} is unreadable")]
    Field(&'static str),
    /// The payload is not canonical JSON of an entry.
    #[error("the payload is not the canonical JSON of an entry")]
    Payload,
    /// The readable object is not the payload.
    #[error("the readable entry is not what the payload says")]
    Readable,
    /// The leaf does not commit to this payload.
    #[error("the commitment in the leaf is not one to this payload")]
    Commitment,
    /// The leaf names another entry.
    #[error("the leaf and the payload name different entries")]
    Identity,
    /// The leaf has another time.
    #[error("the leaf and the payload have different times")]
    Time,
    /// The proof does not lead to the root.
    #[error("the inclusion proof does not lead from this leaf to the root of the checkpoint")]
    Inclusion,
    /// The checkpoint is not signed by the key.
    #[error("the checkpoint does not hold: {0}")]
    Checkpoint(CheckpointError),
    /// The proof as text says something else.
    #[error("the proof as text differs from the proof")]
    ProofText,
    /// Two checkpoints of one size with different roots are both signed.
    #[error("two signed checkpoints of size {0} have different roots: the ledger showed two histories")]
    SplitView(u64),
    /// One line is in the file twice.
    #[error("the line of index {0} is in the file more than once")]
    Twice(u64),
    /// Lines of a mandate are missing.
    #[error("of mandate {mandate} the lines {from} to {to} are missing")]
    Gap {
        /// Whose chain.
        mandate: MandateId,
        /// First missing line.
        from: i64,
        /// Last missing line.
        to: i64,
    },
    /// The newest line that somebody was told of is not in the file.
    #[error("the file does not reach the line of leaf hash {0}: it ends before it, or leaves it out")]
    Head(Digest),
    /// The line that somebody was told of has another number.
    #[error("the line of leaf hash {hash} is line {found} of its mandate, not line {wanted}")]
    Number {
        /// Which line.
        hash: Digest,
        /// Its number.
        found: i64,
        /// The number that was told.
        wanted: i64,
    },
    /// A line does not name the hash of the one before.
    #[error("of mandate {mandate} line {n} does not follow from the line before")]
    Broken {
        /// Whose chain.
        mandate: MandateId,
        /// Which line.
        n: i64,
    },
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.bundle {
            Some(number) => write!(f, "bundle {number}: {}", self.wrong),
            None => fmt::Display::fmt(&self.wrong, f),
        }
    }
}

/// The newest line of a mandate as an administration knows it: the claim `chain` of a mandate token, the member `chain` of the
/// answer to a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// Its leaf hash.
    pub hash: Digest,
    /// Its number among the lines of its mandate, where it is known.
    pub n: Option<i64>,
}

impl FromStr for Head {
    type Err = &'static str;

    /// `HASH` or `N:HASH`, the hash in base64url.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const FORM: &str = "a head is HASH or N:HASH, the hash 32 bytes in base64url";
        let (n, hash) = match text.split_once(':') {
            Some((n, hash)) => (Some(n.parse().map_err(|_| FORM)?), hash),
            None => (None, text),
        };
        Ok(Self { hash: unb64_32(hash).map(Digest::from).ok_or(FORM)?, n })
    }
}

/// A head that the file reaches: every line of the mandate up to it is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reached {
    /// Which mandate.
    pub mandate: MandateId,
    /// The number of the line.
    pub n: i64,
}

/// What the file proves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Its lines, in the order of the file.
    pub lines: Vec<Line>,
    /// The unbroken stretch of each mandate it speaks of.
    pub mandates: Vec<Stretch>,
    /// The heads that were asked for, in that order.
    pub heads: Vec<Reached>,
}

/// One proven line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its identifier.
    pub id: EntryId,
    /// When.
    pub at: Moment,
    /// Its kind, which may be one this version does not know.
    pub kind: String,
    /// Its index in the ledger.
    pub index: u64,
    /// The size of the checkpoint that covers it.
    pub size: u64,
}

/// The lines of one mandate, `first` to `last` without a gap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// Which mandate.
    pub mandate: MandateId,
    /// Its first line in the file; 1 is the first there is.
    pub first: i64,
    /// Its last line in the file; whether more follow only the ledger's keeper knows.
    pub last: i64,
}

/// Checks a file against the ledger's key.
///
/// # Errors
/// Everything that is wrong, at least one finding.
pub fn verify(file: &[u8], key: &NoteKey) -> Result<Report, Vec<Finding>> {
    verify_up_to(file, key, &[])
}

/// As [`verify`], and that the file holds every line of a mandate up to each of these heads.
///
/// # Errors
/// Everything that is wrong, at least one finding.
pub fn verify_up_to(file: &[u8], key: &NoteKey, heads: &[Head]) -> Result<Report, Vec<Finding>> {
    let whole = |wrong| vec![Finding { bundle: None, wrong }];
    let bundles = Bundles::read(file).ok_or_else(|| whole(Wrong::File))?;
    if bundles.is_empty() {
        return Err(whole(Wrong::Empty));
    }
    let mut findings = Vec::new();
    let mut checked = Vec::new();
    for (at, bundle) in bundles.iter().enumerate() {
        match check(bundle, key) {
            Ok(line) => checked.push(line),
            Err(wrongs) => {
                findings.extend(wrongs.into_iter().map(|wrong| Finding { bundle: Some(at + 1), wrong }));
            }
        }
    }
    let mut mandates = Vec::new();
    let mut together = across(&checked);
    match chains(&checked) {
        Ok(stretches) => mandates = stretches,
        Err(wrongs) if findings.is_empty() => together.extend(wrongs),
        Err(_) => {}
    }
    let mut reached = Vec::new();
    for head in heads {
        match reach(&checked, &mandates, head) {
            Ok(found) => reached.push(found),
            Err(wrong) => together.push(wrong),
        }
    }
    findings.extend(together.into_iter().map(|wrong| Finding { bundle: None, wrong }));
    if findings.is_empty() {
        let lines = checked.into_iter().map(|checked| checked.line).collect();
        Ok(Report { lines, mandates, heads: reached })
    } else {
        Err(findings)
    }
}

/// The line of this head, when every line of its mandate from the first up to it is there.
fn reach(checked: &[Checked], mandates: &[Stretch], head: &Head) -> Result<Reached, Wrong> {
    let found = checked.iter().find(|line| line.leaf_hash == *head.hash.bytes());
    let Some((mandate, chain)) = found.and_then(|line| line.chain) else {
        return Err(Wrong::Head(head.hash));
    };
    if let Some(wanted) = head.n.filter(|wanted| *wanted != chain.n) {
        return Err(Wrong::Number { hash: head.hash, found: chain.n, wanted });
    }
    match mandates.iter().find(|stretch| stretch.mandate == mandate) {
        Some(stretch) if stretch.first > 1 => Err(Wrong::Gap { mandate, from: 1, to: stretch.first - 1 }),
        _ => Ok(Reached { mandate, n: chain.n }),
    }
}

/// What every payload has, whatever its kind.
#[derive(Deserialize)]
struct PayloadHead {
    id: EntryId,
    at: Moment,
    kind: String,
    mandate: Option<MandateId>,
    chain: Option<Chain>,
}

struct Checked {
    line: Line,
    leaf_hash: Hash,
    root: Hash,
    chain: Option<(MandateId, Chain)>,
}

fn check(bundle: &Bundle, key: &NoteKey) -> Result<Checked, Vec<Wrong>> {
    let field = |name| move || vec![Wrong::Field(name)];
    let payload = unb64(&bundle.payload).ok_or_else(field("payload"))?;
    let k = unb64_32(&bundle.k).ok_or_else(field("k"))?;
    let leaf_bytes = unb64(&bundle.leaf).ok_or_else(field("leaf"))?;
    let leaf = Leaf::parse(&leaf_bytes).map_err(|_| field("leaf")())?;
    let proof: Option<Vec<Hash>> = bundle.proof.iter().map(|hash| unb64_32(hash)).collect();
    let proof = proof.ok_or_else(field("proof"))?;
    let head: PayloadHead = canonical(&payload).ok_or_else(|| vec![Wrong::Payload])?;
    let checkpoint =
        Checkpoint::verify(&bundle.checkpoint, key).map_err(|error| vec![Wrong::Checkpoint(error)])?;

    let hash = leaf_hash(&leaf_bytes);
    let text = ProofText {
        index: bundle.index,
        hashes: proof.clone(),
        checkpoint: bundle.checkpoint.clone(),
        extra: None,
    };
    let readable =
        serde_json::from_slice(&payload).is_ok_and(|value: serde_json::Value| value == bundle.entry);
    let wrongs: Vec<Wrong> = [
        (readable, Wrong::Readable),
        (same(&commit(&k, &payload), &leaf.commitment), Wrong::Commitment),
        (leaf.id == head.id, Wrong::Identity),
        (leaf.at_ms == head.at.instant().millis(), Wrong::Time),
        (verify_inclusion(&hash, bundle.index, checkpoint.size, &proof, &checkpoint.root), Wrong::Inclusion),
        (ProofText::parse(&bundle.tlog_proof) == Some(text), Wrong::ProofText),
    ]
    .into_iter()
    .filter_map(|(holds, wrong)| (!holds).then_some(wrong))
    .collect();
    if !wrongs.is_empty() {
        return Err(wrongs);
    }
    Ok(Checked {
        line: Line { id: head.id, at: head.at, kind: head.kind, index: bundle.index, size: checkpoint.size },
        leaf_hash: hash,
        root: checkpoint.root,
        chain: head.mandate.zip(head.chain),
    })
}

/// Reads canonical JSON; `None` for any other bytes.
pub(super) fn canonical<T: DeserializeOwned>(payload: &[u8]) -> Option<T> {
    let value: serde_json::Value = read_unambiguous(payload).ok()?;
    let exact = serde_json_canonicalizer::to_vec(&value).ok()? == payload;
    exact.then(|| serde_json::from_value(value).ok()).flatten()
}

fn across(checked: &[Checked]) -> Vec<Wrong> {
    let mut roots = BTreeMap::new();
    let mut seen = BTreeMap::new();
    let mut wrongs = Vec::new();
    for Checked { line, root, .. } in checked {
        if *roots.entry(line.size).or_insert(*root) != *root && !wrongs.contains(&Wrong::SplitView(line.size))
        {
            wrongs.push(Wrong::SplitView(line.size));
        }
        let times = seen.entry(line.index).or_insert(0);
        *times += 1;
        if *times == 2 {
            wrongs.push(Wrong::Twice(line.index));
        }
    }
    wrongs
}

fn chains(checked: &[Checked]) -> Result<Vec<Stretch>, Vec<Wrong>> {
    let mut by_mandate: BTreeMap<MandateId, Vec<(Chain, Hash)>> = BTreeMap::new();
    for line in checked {
        if let Some((mandate, chain)) = line.chain {
            by_mandate.entry(mandate).or_default().push((chain, line.leaf_hash));
        }
    }
    let mut wrongs = Vec::new();
    let mut stretches = Vec::new();
    for (mandate, mut lines) in by_mandate {
        lines.sort_by_key(|(chain, _)| chain.n);
        for (chain, _) in &lines {
            if chain.n < 1 || (chain.n == 1) != chain.prev.is_none() {
                wrongs.push(Wrong::Broken { mandate, n: chain.n });
            }
        }
        for pair in lines.windows(2) {
            let [(before, hash), (after, _)] = pair else { continue };
            let next = before.n.saturating_add(1);
            if after.n > next {
                wrongs.push(Wrong::Gap { mandate, from: next, to: after.n - 1 });
            } else if after.n < next || after.prev.is_none_or(|prev| prev.bytes() != hash) {
                wrongs.push(Wrong::Broken { mandate, n: after.n });
            }
        }
        if let (Some((first, _)), Some((last, _))) = (lines.first(), lines.last()) {
            stretches.push(Stretch { mandate, first: first.n, last: last.n });
        }
    }
    if wrongs.is_empty() { Ok(stretches) } else { Err(wrongs) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::hash::b64;
    use crate::crypto::keys::Algorithm;
    use crate::crypto::keys::SigningKey;
    use crate::crypto::random::SystemRandom;
    use crate::crypto::seal::DataKey;
    use crate::ledger::entry::samples;
    use crate::ledger::merkle::inclusion_proof;
    use crate::ledger::merkle::root_of;
    use crate::ledger::merkle::samples::Leaves;
    use crate::ledger::sealed::FiledUnder;
    use crate::ledger::sealed::SealedEntry;
    use crate::ledger::sealed::commitment_key;
    use crate::ledger::sealed::open_payload;
    use crate::ledger::sealed::seal_entry;

    const ORIGIN: &str = "localhost:8080/ledger";

    struct World {
        key: SigningKey,
        data: DataKey,
        entries: Vec<SealedEntry>,
    }

    impl World {
        fn new(count: u128) -> Self {
            let random = SystemRandom::new();
            let (key, _) = SigningKey::generate(Algorithm::EdDsa, &random).expect("a key");
            let data = DataKey::fresh(&random);
            let mut entries: Vec<SealedEntry> = Vec::new();
            for n in 1..=count {
                let prev = entries.last().map(|entry| entry.leaf_hash.into());
                let chain = Chain { n: i64::try_from(n).expect("small"), prev };
                let entry = samples::act_opened(n, Some(chain));
                entries.push(seal_entry(&entry, &FiledUnder::default(), &data).expect("seals"));
            }
            Self { key, data, entries }
        }

        fn verifier(&self) -> NoteKey {
            NoteKey::of(ORIGIN, &self.key).expect("a verifier")
        }

        fn bundle(&self, at: usize) -> Bundle {
            let leaves = Leaves(self.entries.iter().map(|entry| entry.leaf_hash).collect());
            let size = u64::try_from(self.entries.len()).expect("small");
            let head = Checkpoint { origin: ORIGIN.into(), size, root: root_of(&leaves.0) };
            let index = u64::try_from(at).expect("small");
            let proof = inclusion_proof(&leaves, index, size).expect("a proof");
            let entry = &self.entries[at];
            let payload = open_payload(entry.id, &FiledUnder::default(), &self.data, &entry.sealed_payload)
                .expect("opens");
            let k = commitment_key(&self.data, entry.id);
            let note = head.sign(&self.key).expect("signs");
            Bundle::new((&payload, &k), &entry.leaf, index, &proof, &note).expect("a bundle")
        }

        fn check(&self, bundles: Vec<Bundle>) -> Result<Report, Vec<Finding>> {
            verify(&serde_json::to_vec(&Bundles::new(bundles)).expect("json"), &self.verifier())
        }
    }

    #[test]
    fn a_whole_trail_verifies_and_says_what_it_proves() {
        let world = World::new(5);
        let report = world.check((0..5).map(|at| world.bundle(at)).collect()).expect("verifies");
        assert_eq!(report.lines.len(), 5);
        assert_eq!(report.lines[2].kind, "act.opened");
        assert_eq!((report.mandates[0].first, report.mandates[0].last), (1, 5));
        let single = serde_json::to_vec(&world.bundle(3)).expect("json");
        assert_eq!(verify(&single, &world.verifier()).expect("verifies").mandates[0].first, 4);
    }

    #[test]
    fn a_file_reaches_the_head_somebody_was_told_of_or_says_that_it_does_not() {
        let world = World::new(5);
        let file = |range: std::ops::Range<usize>| {
            serde_json::to_vec(&Bundles::new(range.map(|at| world.bundle(at)).collect())).expect("json")
        };
        let head = |at: usize, n| Head { hash: world.entries[at].leaf_hash.into(), n };
        let ask = |range, head: Head| verify_up_to(&file(range), &world.verifier(), &[head]);
        let report = ask(0..5, head(3, None)).expect("it is there");
        assert_eq!((report.heads[0].n, report.mandates[0].last), (4, 5));
        assert_eq!(ask(0..4, head(3, Some(4))).expect("it is the last").heads[0].n, 4);
        let wrong = |range, head| ask(range, head).expect_err("it is not")[0].wrong.clone();
        assert_eq!(wrong(0..3, head(3, None)), Wrong::Head(world.entries[3].leaf_hash.into()));
        assert!(matches!(wrong(1..5, head(3, None)), Wrong::Gap { from: 1, to: 1, .. }));
        assert!(matches!(wrong(0..5, head(3, Some(5))), Wrong::Number { found: 4, wanted: 5, .. }));
        let text = format!("4:{}", b64(&world.entries[3].leaf_hash));
        assert_eq!(text.parse(), Ok(head(3, Some(4))));
        assert!("4:AAAA".parse::<Head>().is_err() && "x:".parse::<Head>().is_err());
    }

    #[test]
    fn a_bundle_as_one_text_verifies_like_the_file() {
        let world = World::new(4);
        let text = world.bundle(2).to_text().expect("a text");
        assert_eq!(verify(text.as_bytes(), &world.verifier()).expect("verifies").lines[0].index, 2);
        let other = world.bundle(1).to_text().expect("a text");
        let swapped = [text.lines().nth(1).expect("extra"), other.lines().nth(1).expect("extra")];
        let findings = verify(text.replace(swapped[0], swapped[1]).as_bytes(), &world.verifier());
        assert_eq!(findings.expect_err("another line")[0].wrong, Wrong::Inclusion);
        let bare = world.bundle(2).tlog_proof;
        assert_eq!(verify(bare.as_bytes(), &world.verifier()).expect_err("no line")[0].wrong, Wrong::File);
    }

    #[test]
    fn an_omission_a_repetition_and_a_false_chain_show() {
        let world = World::new(5);
        let without =
            |skip: usize| (0..5).filter(|at| *at != skip).map(|at| world.bundle(at)).collect::<Vec<_>>();
        let findings = world.check(without(2)).expect_err("a gap");
        assert!(matches!(findings[0].wrong, Wrong::Gap { from: 3, to: 3, .. }), "{}", findings[0]);
        let twice = world.check(vec![world.bundle(0), world.bundle(0)]).expect_err("twice");
        assert!(twice.iter().any(|finding| finding.wrong == Wrong::Twice(0)));
        let mut other = World::new(2);
        let forged = samples::act_opened(2, Some(Chain { n: 2, prev: Some([9; 32].into()) }));
        other.entries[1] = seal_entry(&forged, &FiledUnder::default(), &other.data).expect("seals");
        let findings = other.check(vec![other.bundle(0), other.bundle(1)]).expect_err("broken");
        assert!(matches!(findings[0].wrong, Wrong::Broken { n: 2, .. }));
    }

    #[test]
    fn each_changed_field_is_found_by_name() {
        let world = World::new(4);
        let good = world.bundle(1);
        let other = world.bundle(2);
        let cases: Vec<(Bundle, Wrong)> = vec![
            (Bundle { payload: other.payload.clone(), ..good.clone() }, Wrong::Commitment),
            (Bundle { k: other.k.clone(), ..good.clone() }, Wrong::Commitment),
            (Bundle { leaf: other.leaf.clone(), ..good.clone() }, Wrong::Identity),
            (Bundle { index: 2, ..good.clone() }, Wrong::Inclusion),
            (Bundle { proof: other.proof.clone(), ..good.clone() }, Wrong::Inclusion),
            (Bundle { entry: other.entry.clone(), ..good.clone() }, Wrong::Readable),
            (Bundle { tlog_proof: other.tlog_proof.clone(), ..good.clone() }, Wrong::ProofText),
            (Bundle { payload: "?".into(), ..good.clone() }, Wrong::Field("payload")),
            (Bundle { payload: b64(b"{ }"), ..good.clone() }, Wrong::Payload),
        ];
        for (bundle, wanted) in cases {
            let findings = world.check(vec![bundle]).expect_err("changed");
            assert!(findings.iter().any(|finding| finding.wrong == wanted), "{wanted}: {findings:?}");
        }
    }

    #[test]
    fn another_key_another_history_and_other_files_are_refused() {
        let (world, stranger) = (World::new(2), World::new(2));
        let findings = stranger.check(vec![world.bundle(0)]).expect_err("another key");
        assert!(matches!(findings[0].wrong, Wrong::Checkpoint(_)));
        let mut fork = World { key: world.key, data: world.data, entries: stranger.entries };
        fork.data = stranger.data;
        let first = fork.bundle(0);
        fork.entries.swap(0, 1);
        let findings = fork.check(vec![first, fork.bundle(0)]).expect_err("two histories");
        assert!(findings.iter().any(|finding| finding.wrong == Wrong::SplitView(2)));
        assert_eq!(verify(b"{}", &fork.verifier()).expect_err("no bundle")[0].wrong, Wrong::File);
        assert_eq!(fork.check(Vec::new()).expect_err("empty")[0].wrong, Wrong::Empty);
    }
}
