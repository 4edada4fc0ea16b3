mod carried;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use carried::carried;

/// Which addresses a connection may lead to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Public addresses only.
    Internet,
    /// This machine and its network too: the person marked the connection as local.
    Anywhere,
}

/// Why an address is not called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error("the address is on this machine or its network: mark the connection as local to allow it")]
    Private,
    #[error("the address is one that no model API has (link-local, metadata or multicast)")]
    Never,
}

impl Reach {
    pub fn allows(self, address: IpAddr) -> Result<(), Refused> {
        match (place(address), self) {
            (Place::Never, _) => Err(Refused::Never),
            (Place::Private, Reach::Internet) => Err(Refused::Private),
            (Place::Private, Reach::Anywhere) | (Place::Public, _) => Ok(()),
        }
    }
}

/// From the best to the worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Public,
    Private,
    Never,
}

fn place(address: IpAddr) -> Place {
    match address {
        IpAddr::V4(address) => place_v4(address),
        // Where several addresses may be meant, the worst counts.
        IpAddr::V6(address) => {
            let carried = carried(address).into_iter().map(place_v4).max();
            carried.unwrap_or(Place::Public).max(place_v6(address))
        }
    }
}

fn place_v4(address: Ipv4Addr) -> Place {
    /// Where some clouds keep their machines' credentials outside the link-local range.
    const METADATA: [Ipv4Addr; 2] = [Ipv4Addr::new(100, 100, 100, 200), Ipv4Addr::new(192, 0, 0, 192)];

    let [a, b, c, _] = address.octets();
    if address.is_link_local() || address.is_multicast() || address.is_broadcast() || METADATA.contains(&address) {
        return Place::Never;
    }
    match (a, b, c) {
        (240.., ..) => Place::Never,
        // `0.0.0.0` reaches this machine; 100.64/10 is carrier NAT and overlay networks at home.
        (0 | 10 | 127, ..) | (100, 64..=127, _) | (172, 16..=31, _) | (192, 168, _) | (192, 0, 0) => Place::Private,
        // 198.18/15 stays public: local proxies answer every name with it and forward to the real host.
        _ => Place::Public,
    }
}

fn place_v6(address: Ipv6Addr) -> Place {
    /// Amazon's metadata service, inside the range of private networks.
    const METADATA: Ipv6Addr = Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254);

    if address.is_multicast() || address.is_unicast_link_local() || address == METADATA {
        return Place::Never;
    }
    let site_local = address.segments()[0] & 0xffc0 == 0xfec0;
    if address.is_loopback() || address.is_unspecified() || address.is_unique_local() || site_local {
        return Place::Private;
    }
    Place::Public
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_write_an_address_is_judged_alike() {
        let never = [
            "169.254.169.254",
            "::ffff:169.254.169.254",
            "::ffff:a9fe:a9fe",
            "64:ff9b::a9fe:a9fe",
            "2002:a9fe:a9fe::1",
            "::a9fe:a9fe",
            "64:ff9b:1::a9fe:a9fe",
            "2001:0:101:101::5601:5601",
            "fd00:ec2::254",
            "100.100.100.200",
            "224.0.0.1",
            "ff02::1",
            "fe80::1",
            "255.255.255.255",
            "240.0.0.1",
        ];
        let private = [
            "127.0.0.1",
            "127.8.8.8",
            "::1",
            "::",
            "0.0.0.0",
            "::ffff:127.0.0.1",
            "10.0.0.1",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "100.64.0.1",
            "fc00::1",
            "fd12::1",
            "64:ff9b::7f00:1",
            "fec0::1",
        ];
        let public = [
            "1.1.1.1",
            "172.32.0.1",
            "100.128.0.1",
            "198.18.0.5",
            "2606:4700::1111",
            "64:ff9b::808:808",
            "::ffff:8.8.8.8",
        ];

        for (addresses, expected) in [(&never[..], Place::Never), (&private, Place::Private), (&public, Place::Public)]
        {
            for address in addresses {
                assert_eq!(place(address.parse().unwrap()), expected, "{address}");
            }
        }
    }

    #[test]
    fn only_a_local_connection_reaches_this_machine_and_none_reaches_metadata() {
        let loopback = "127.0.0.1".parse().unwrap();
        let metadata = "169.254.169.254".parse().unwrap();

        assert_eq!(Reach::Internet.allows(loopback), Err(Refused::Private));
        assert_eq!(Reach::Anywhere.allows(loopback), Ok(()));
        assert_eq!(Reach::Internet.allows(metadata), Err(Refused::Never));
        assert_eq!(Reach::Anywhere.allows(metadata), Err(Refused::Never));
    }
}
