//! The table that `make faults` prints, one line for each fault.

/// One line of the table.
pub struct Row {
    pub database: &'static str,
    pub fault: &'static str,
    /// How often the fault was made to happen.
    pub times: u32,
    /// What users and systems were told was done.
    pub acknowledged: usize,
    /// Of those, what the ledger does not hold; and what failed without a cause.
    pub lost: usize,
    /// What the ledger holds twice, or was delivered twice.
    pub doubled: usize,
    pub audit: bool,
    pub note: String,
}

impl Row {
    /// Whether the fault left no trace.
    pub const fn holds(&self) -> bool {
        self.lost == 0 && self.doubled == 0 && self.audit
    }
}

/// The names of the columns.
pub fn head() {
    println!(
        "{:<11} {:<36} {:>5} {:>12} {:>5} {:>8}  audit",
        "database", "fault", "times", "acknowledged", "lost", "doubled"
    );
}

/// Prints one line.
pub fn say(row: Row) -> Row {
    let audit = if row.audit { "holds" } else { "FAILS" };
    println!(
        "{:<11} {:<36} {:>5} {:>12} {:>5} {:>8}  {audit:<6} {}",
        row.database, row.fault, row.times, row.acknowledged, row.lost, row.doubled, row.note
    );
    row
}
