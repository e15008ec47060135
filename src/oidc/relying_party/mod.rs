//! Procura as relying party of identity providers: profiles, requests, answers, logout.
