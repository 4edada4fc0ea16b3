use std::net::{Ipv4Addr, Ipv6Addr};

/// The IPv4 addresses that an IPv6 address leads to, by whoever translates or carries it. Mostly there is one or none.
pub(super) fn carried(address: Ipv6Addr) -> Vec<Ipv4Addr> {
    let bytes = address.octets();
    let at = |places: [usize; 4]| Ipv4Addr::from(places.map(|place| bytes[place]));
    let last = at([12, 13, 14, 15]);
    match address.segments() {
        // Mapped (RFC 4291, 2.5.5.2), translated (RFC 2765, 2.1), and NAT64 by its well-known prefix (RFC 6052, 2.1).
        [0, 0, 0, 0, 0, 0xffff, ..] | [0, 0, 0, 0, 0xffff, 0, ..] | [0x64, 0xff9b, 0, 0, 0, 0, ..] => vec![last],
        // The old "compatible" form (RFC 4291, 2.5.5.1); `::` and `::1` are not of it.
        [0, 0, 0, 0, 0, 0, high, _] if high != 0 => vec![last],
        // NAT64 prefixes of one's own network (RFC 8215).
        [0x64, 0xff9b, 1, ..] => by_nat64(bytes),
        // 6to4 (RFC 3056, 2).
        [0x2002, ..] => vec![at([2, 3, 4, 5])],
        // Teredo: the server, and the client with all its bits turned over (RFC 4380, 4).
        [0x2001, 0, ..] => vec![at([4, 5, 6, 7]), Ipv4Addr::from(!u32::from(last))],
        // ISATAP, under any prefix (RFC 5214, 6.1).
        [.., 0 | 0x200, 0x5efe, _, _] => vec![last],
        _ => Vec::new(),
    }
}

/// How long a network made its prefix cannot be seen, so every length counts that fits: the byte after the first 64 bits
/// and all bytes behind the address are 0 (RFC 6052, 2.2).
fn by_nat64(bytes: [u8; 16]) -> Vec<Ipv4Addr> {
    /// Where the address lies after a prefix of 48, 56, 64 and 96 bits.
    const LAYOUTS: [[usize; 4]; 4] = [[6, 7, 9, 10], [7, 9, 10, 11], [9, 10, 11, 12], [12, 13, 14, 15]];

    let fitting = LAYOUTS.into_iter().filter(|layout| {
        let behind = &bytes[layout[3] + 1..];
        bytes[8] == 0 && behind.iter().all(|byte| *byte == 0)
    });
    let found: Vec<_> = fitting.map(|layout| Ipv4Addr::from(layout.map(|place| bytes[place]))).collect();
    // An address that lies further to the left is followed by zeros, which are none of their own.
    let is_said = |address: &Ipv4Addr| !address.is_unspecified();
    match found.iter().any(is_said) {
        true => found.into_iter().filter(is_said).collect(),
        // Whatever it means, it does not lead into the world.
        false => vec![Ipv4Addr::UNSPECIFIED],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn carries(address: &str) -> Vec<String> {
        carried(address.parse().unwrap()).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn every_way_to_carry_an_address_gives_it_back() {
        for (carrier, inner) in [
            ("::ffff:192.0.2.33", "192.0.2.33"),
            ("::ffff:0:192.0.2.33", "192.0.2.33"),
            ("::192.0.2.33", "192.0.2.33"),
            ("2002:c000:221::1", "192.0.2.33"),
            // RFC 6052, 2.4.
            ("64:ff9b::192.0.2.33", "192.0.2.33"),
            // RFC 5214, 6.1: of a private address, and of a public one.
            ("2001:db8::5efe:10.0.0.1", "10.0.0.1"),
            ("2001:db8::200:5efe:192.0.2.33", "192.0.2.33"),
        ] {
            assert_eq!(carries(carrier), [inner], "{carrier}");
        }
        assert_eq!(carries("2001:db8::1"), [] as [&str; 0]);
        assert_eq!(carries("2606:4700::1111"), [] as [&str; 0]);
    }

    #[test]
    fn teredo_names_its_server_and_turns_its_client_over() {
        // The example of RFC 4380 in its usual form: server 65.54.227.120, client 192.0.2.45.
        assert_eq!(carries("2001:0:4136:e378:8000:63bf:3fff:fdd2"), ["65.54.227.120", "192.0.2.45"]);
        assert_eq!(carries("2001:0:101:101::5601:5601"), ["1.1.1.1", "169.254.169.254"]);
    }

    #[test]
    fn a_network_of_its_own_may_have_a_prefix_of_any_length() {
        for (carrier, inner) in [
            // The layouts of RFC 6052, 2.2 and 2.4, under the prefix of RFC 8215.
            ("64:ff9b:1:c000:2:2100::", "192.0.2.33"),
            ("64:ff9b:1:aac0:0:221::", "192.0.2.33"),
            ("64:ff9b:1:abcd:c0:2:2100::", "192.0.2.33"),
            ("64:ff9b:1:abcd::192.0.2.33", "192.0.2.33"),
            ("64:ff9b:1::192.0.2.33", "192.0.2.33"),
            ("64:ff9b:1:a9fe:a9:fe00::", "169.254.169.254"),
            ("64:ff9b:1:aaa9:fe:a9fe::", "169.254.169.254"),
            ("64:ff9b:1:abcd:a9:fea9:fe00::", "169.254.169.254"),
        ] {
            assert!(carries(carrier).contains(&inner.to_owned()), "{carrier}: {:?}", carries(carrier));
        }
        assert_eq!(carries("64:ff9b:1::"), ["0.0.0.0"]);
    }
}
