//! Tiles out of a folder or from a ledger's public address.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context;
use anyhow::bail;

use crate::ledger::tiles::Resource;
use crate::ledger::tiles::Tile;
use crate::ledger::tiles::read_entries;
use crate::server::outbound_client;

/// The most bytes of a tile of hashes.
pub(super) const TILE: usize = 256 * 32;
/// The most bytes of a bundle of leaves.
pub(super) const LEAVES: usize = 256 * (2 + 65_535);
/// The most bytes of a checkpoint.
pub(super) const NOTE: usize = 1_000_000;
const PATIENCE: Duration = Duration::from_secs(20);

/// Where tiles come from.
pub(super) enum Source {
    /// A folder as `procura ledger export` writes it.
    Folder(PathBuf),
    /// The address under which `/checkpoint` and `/tile/…` are.
    Address { base: String, client: reqwest::Client },
}

/// Whether this is an address, not a path.
pub(super) fn is_address(text: &str) -> bool {
    text.starts_with("http://") || text.starts_with("https://")
}

impl Source {
    /// A folder, or an address when it begins with `http://` or `https://`.
    pub(super) fn parse(text: &str) -> anyhow::Result<Self> {
        if is_address(text) {
            let base = text.trim_end_matches('/').to_owned();
            return Ok(Self::Address { base, client: outbound_client()? });
        }
        Ok(Self::Folder(PathBuf::from(text)))
    }

    /// The bytes of a tile, read out of the full tile where the partial one is not there.
    pub(super) async fn tile(&self, tile: Tile) -> anyhow::Result<Vec<u8>> {
        let length = usize::from(tile.width) * 32;
        for wanted in [tile, Tile { width: 256, ..tile }] {
            if let Some(mut bytes) = self.get(&format!("tile/{}", wanted.path()), TILE).await? {
                if bytes.len() < length {
                    bail!("the tile {wanted} is too short");
                }
                bytes.truncate(length);
                return Ok(bytes);
            }
        }
        bail!("the tile {tile} is not there")
    }

    /// The leaves under a tile of level 0, read out of the full bundle where the partial one is not there.
    pub(super) async fn entries(&self, tile: Tile) -> anyhow::Result<Vec<Vec<u8>>> {
        for width in [tile.width, 256] {
            let name = format!("tile/{}", Resource::Entries { index: tile.index, width }.path());
            if let Some(bytes) = self.get(&name, LEAVES).await? {
                let leaves = read_entries(&bytes).filter(|leaves| leaves.len() >= usize::from(tile.width));
                let leaves = leaves.with_context(|| format!("the leaves {name} are unreadable"))?;
                return Ok(leaves.iter().take(usize::from(tile.width)).map(|leaf| leaf.to_vec()).collect());
            }
        }
        bail!("the leaves under the tile {tile} are not there")
    }

    /// The checkpoint.
    pub(super) async fn checkpoint(&self) -> anyhow::Result<String> {
        let bytes = self.get("checkpoint", NOTE).await?.context("there is no checkpoint")?;
        String::from_utf8(bytes).context("the checkpoint is no text")
    }

    /// What has this name; `None` when there is nothing of that name.
    pub(super) async fn get(&self, name: &str, most: usize) -> anyhow::Result<Option<Vec<u8>>> {
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
                    if bytes.len() > most {
                        bail!("{name} is longer than it can be");
                    }
                }
                Ok(Some(bytes))
            }
        }
    }
}
