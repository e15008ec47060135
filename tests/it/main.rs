//! Operations and doors, tried as actors would.
