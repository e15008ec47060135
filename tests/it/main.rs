//! Everything that needs a database, a server or a browser; modules mirror rooms and addresses.

mod decision;
mod provider;
