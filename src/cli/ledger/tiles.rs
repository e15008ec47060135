//! Tiles out of a folder or from a ledger's public address.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context;
use anyhow::bail;

use crate::ledger::tiles::Tile;
use crate::server::outbound_client;

const LARGEST: usize = 256 * 32;
const PATIENCE: Duration = Duration::from_secs(20);

/// Where tiles come from.
pub(super) enum Source {
    /// A folder as `procura ledger export` writes it.
    Folder(PathBuf),
    /// The address under which `/checkpoint` and `/tile/…` are.
    Address { base: String, client: reqwest::Client },
}

impl Source {
    /// A folder, or an address when it begins with `http://` or `https://`.
    pub(super) fn parse(text: &str) -> anyhow::Result<Self> {
        if text.starts_with("http://") || text.starts_with("https://") {
            let base = text.trim_end_matches('/').to_owned();
            return Ok(Self::Address { base, client: outbound_client()? });
        }
        Ok(Self::Folder(PathBuf::from(text)))
    }

    /// The bytes of a tile, read out of the full tile where the partial one is not there.
    pub(super) async fn tile(&self, tile: Tile) -> anyhow::Result<Vec<u8>> {
        let length = usize::from(tile.width) * 32;
        for wanted in [tile, Tile { width: 256, ..tile }] {
            if let Some(mut bytes) = self.get(&format!("tile/{}", wanted.path())).await? {
                if bytes.len() < length {
                    bail!("the tile {wanted} is too short");
                }
                bytes.truncate(length);
                return Ok(bytes);
            }
        }
        bail!("the tile {tile} is not there")
    }

    async fn get(&self, name: &str) -> anyhow::Result<Option<Vec<u8>>> {
        match self {
            Self::Folder(folder) => match std::fs::read(folder.join(name)) {
                Ok(bytes) => Ok(Some(bytes)),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
                Err(error) => Err(error).with_context(|| format!("{name} cannot be read")),
            },
            Self::Address { base, client } => {
                let mut answer = client.get(format!("{base}/{name}")).timeout(PATIENCE).send().await?;
                if answer.status() == reqwest::StatusCode::NOT_FOUND {
                    return Ok(None);
                }
                if !answer.status().is_success() {
                    bail!("{name} was answered with {}", answer.status());
                }
                let mut bytes = Vec::new();
                while let Some(chunk) = answer.chunk().await? {
                    bytes.extend_from_slice(&chunk);
                    if bytes.len() > LARGEST {
                        bail!("{name} is longer than a tile");
                    }
                }
                Ok(Some(bytes))
            }
        }
    }
}
