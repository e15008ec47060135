//! What becomes of an act that the person says was not expected.

use crate::domain::text_enum;

text_enum! {
    /// Where the examination of a contested act is.
    CaseStatus {
        /// Being examined; the mandate is suspended.
        Open => "open",
        /// The authority has answered.
        Answered => "answered",
        /// Over.
        Closed => "closed",
    }
}
