//! Where each part of the demo listens: consecutive ports of the machine itself.

use url::Url;

/// The addresses of one demo.
#[derive(Clone, Debug)]
pub struct Addresses {
    /// The gateway, at the first port.
    pub gateway: Url,
    /// The provider.
    pub franceconnect: Url,
    /// The administrations.
    pub administration: Url,
    /// The newcomer's page.
    pub portal: Url,
    /// The broker between services and the gateway.
    pub broker: Url,
    /// The mailbox's SMTP port, the last.
    pub smtp_port: u16,
    first: u16,
}

impl Addresses {
    /// How many ports there are.
    pub const COUNT: u16 = 6;

    /// Consecutive addresses from `port`; `None` when there are not enough ports from there on.
    pub fn from_port(port: u16) -> Option<Self> {
        let at = |offset: u16| Url::parse(&format!("http://localhost:{}/", port.checked_add(offset)?)).ok();
        (port > 0).then_some(())?;
        Some(Self {
            gateway: at(0)?,
            franceconnect: at(1)?,
            administration: at(2)?,
            portal: at(3)?,
            broker: at(4)?,
            smtp_port: port.checked_add(5)?,
            first: port,
        })
    }

    /// The issuer of the provider.
    pub fn franceconnect_issuer(&self) -> String {
        format!("{}api/v2", self.franceconnect)
    }

    /// The issuer of the broker.
    pub fn broker_issuer(&self) -> String {
        format!("{}api/v2", self.broker)
    }

    /// The port at `offset` from the first.
    pub fn port(&self, offset: u16) -> u16 {
        self.first.saturating_add(offset)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_are_consecutive_and_must_exist() {
        let addresses = Addresses::from_port(9000).expect("addresses");
        assert_eq!(addresses.franceconnect_issuer(), "http://localhost:9001/api/v2");
        assert_eq!((addresses.smtp_port, addresses.port(2)), (9005, 9002));
        assert!(Addresses::from_port(65_531).is_none() && Addresses::from_port(0).is_none());
    }
}
