//! What kind of place an IP address is. Pure; the tables are the IANA special-purpose registries.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

/// What lies behind an address. Only [`Class::Public`] is reached without being opened by hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// The internet.
    Public,
    /// This machine.
    Loopback,
    /// The operator's own network, including unique-local IPv6 and shared (carrier) addresses.
    Private,
    /// The cable next door; cloud machines find their metadata service here.
    LinkLocal,
    /// A cloud's metadata or platform service outside the link-local range: it hands out credentials.
    Metadata,
    /// Many machines at once.
    Multicast,
    /// Unspecified, documentation, benchmarks, tunnels, reserved: no upstream lives there.
    Reserved,
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Public => "public",
            Self::Loopback => "loopback",
            Self::Private => "private",
            Self::LinkLocal => "link-local",
            Self::Metadata => "a cloud metadata service",
            Self::Multicast => "multicast",
            Self::Reserved => "reserved",
        })
    }
}

/// The IANA IPv4 Special-Purpose Address Registry, and multicast. First match wins; all else is public.
const IPV4: &[(Ipv4Addr, u32, Class)] = &[
    (Ipv4Addr::new(168, 63, 129, 16), 32, Class::Metadata), // Azure's platform service, a public address
    (Ipv4Addr::new(100, 100, 100, 200), 32, Class::Metadata), // Alibaba Cloud's, within the shared range
    (Ipv4Addr::new(0, 0, 0, 0), 8, Class::Reserved),
    (Ipv4Addr::new(10, 0, 0, 0), 8, Class::Private),
    (Ipv4Addr::new(100, 64, 0, 0), 10, Class::Private),
    (Ipv4Addr::new(127, 0, 0, 0), 8, Class::Loopback),
    (Ipv4Addr::new(169, 254, 0, 0), 16, Class::LinkLocal),
    (Ipv4Addr::new(172, 16, 0, 0), 12, Class::Private),
    (Ipv4Addr::new(192, 0, 0, 0), 24, Class::Reserved),
    (Ipv4Addr::new(192, 0, 2, 0), 24, Class::Reserved),
    (Ipv4Addr::new(192, 88, 99, 0), 24, Class::Reserved),
    (Ipv4Addr::new(192, 168, 0, 0), 16, Class::Private),
    (Ipv4Addr::new(198, 18, 0, 0), 15, Class::Reserved),
    (Ipv4Addr::new(198, 51, 100, 0), 24, Class::Reserved),
    (Ipv4Addr::new(203, 0, 113, 0), 24, Class::Reserved),
    (Ipv4Addr::new(224, 0, 0, 0), 4, Class::Multicast),
    (Ipv4Addr::new(240, 0, 0, 0), 4, Class::Reserved),
];

/// The same for IPv6. What no line names is reserved: only 2000::/3 was ever given out.
const IPV6: &[(Ipv6Addr, u32, Class)] = &[
    (Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254), 128, Class::Metadata), // Amazon's, unique-local
    (Ipv6Addr::new(0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254), 128, Class::Metadata),  // Google's, likewise
    (Ipv6Addr::LOCALHOST, 128, Class::Loopback),
    (Ipv6Addr::new(0xfc00, 0, 0, 0, 0, 0, 0, 0), 7, Class::Private),
    (Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0), 10, Class::LinkLocal),
    (Ipv6Addr::new(0xfec0, 0, 0, 0, 0, 0, 0, 0), 10, Class::Private),
    (Ipv6Addr::new(0xff00, 0, 0, 0, 0, 0, 0, 0), 8, Class::Multicast),
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23, Class::Reserved), // protocol assignments, Teredo
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32, Class::Reserved),
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16, Class::Reserved), // 6to4: an IPv4 address in disguise
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20, Class::Reserved),
    (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3, Class::Public),
];

/// 64:ff9b::/96 (RFC 6052): on networks with DNS64 every IPv4-only name resolves into it, so it is worth
/// what the IPv4 address inside is worth.
const NAT64: Ipv6Addr = Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, 0, 0);

/// Classifies an address; IPv4 in IPv6 clothes (mapped, NAT64) by the address inside.
pub(crate) fn classify(address: IpAddr) -> Class {
    match address.to_canonical() {
        IpAddr::V4(v4) => classify_v4(v4),
        IpAddr::V6(v6) if in_v6(v6, NAT64, 96) => {
            let [.., a, b, c, d] = v6.octets();
            classify_v4(Ipv4Addr::new(a, b, c, d))
        }
        // ISATAP: the tunnel's far end is an IPv4 address in the lower half, under any prefix.
        IpAddr::V6(v6) if v6.segments()[4] & !0x0200 == 0 && v6.segments()[5] == 0x5efe => Class::Reserved,
        IpAddr::V6(v6) => IPV6
            .iter()
            .find(|(net, bits, _)| in_v6(v6, *net, *bits))
            .map_or(Class::Reserved, |(_, _, class)| *class),
    }
}

fn classify_v4(v4: Ipv4Addr) -> Class {
    let within = |net: Ipv4Addr, bits: u32| (v4.to_bits() ^ net.to_bits()).leading_zeros() >= bits;
    IPV4.iter().find(|(net, bits, _)| within(*net, *bits)).map_or(Class::Public, |(_, _, class)| *class)
}

fn in_v6(v6: Ipv6Addr, net: Ipv6Addr, bits: u32) -> bool {
    (v6.to_bits() ^ net.to_bits()).leading_zeros() >= bits
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn class(text: &str) -> Class {
        classify(text.parse().unwrap())
    }

    #[test]
    fn knows_what_is_not_the_internet() {
        for (address, expected) in [
            ("0.0.0.0", Class::Reserved),
            ("10.1.2.3", Class::Private),
            ("100.64.0.1", Class::Private),
            ("100.127.255.255", Class::Private),
            ("100.100.100.200", Class::Metadata),
            ("127.0.0.1", Class::Loopback),
            ("127.255.255.254", Class::Loopback),
            ("168.63.129.16", Class::Metadata),
            ("169.254.169.254", Class::LinkLocal),
            ("172.16.0.1", Class::Private),
            ("172.31.255.255", Class::Private),
            ("192.0.0.8", Class::Reserved),
            ("192.0.2.1", Class::Reserved),
            ("192.88.99.1", Class::Reserved),
            ("192.168.0.1", Class::Private),
            ("198.19.255.255", Class::Reserved),
            ("198.51.100.1", Class::Reserved),
            ("203.0.113.1", Class::Reserved),
            ("224.0.0.1", Class::Multicast),
            ("240.0.0.1", Class::Reserved),
            ("255.255.255.255", Class::Reserved),
            ("::", Class::Reserved),
            ("::1", Class::Loopback),
            ("::7f00:1", Class::Reserved),
            ("::ffff:10.0.0.1", Class::Private),
            ("::ffff:127.0.0.1", Class::Loopback),
            ("::ffff:0:127.0.0.1", Class::Reserved),
            ("64:ff9b::7f00:1", Class::Loopback),
            ("64:ff9b::a9fe:a9fe", Class::LinkLocal),
            ("64:ff9b:1::808:808", Class::Reserved),
            ("100::1", Class::Reserved),
            ("2001::1", Class::Reserved),
            ("2001:db8::1", Class::Reserved),
            ("2002:7f00:1::", Class::Reserved),
            ("2606:4700::5efe:7f00:1", Class::Reserved),
            ("2606:4700::200:5efe:a00:1", Class::Reserved),
            ("2001::4136:e378:8000:63bf:3fff:fdd2", Class::Reserved),
            ("3fff::1", Class::Reserved),
            ("5f00::1", Class::Reserved),
            ("fc00::1", Class::Private),
            ("fd00:ec2::254", Class::Metadata),
            ("fd20:ce::254", Class::Metadata),
            ("fe80::1", Class::LinkLocal),
            ("fec0::1", Class::Private),
            ("ff02::1", Class::Multicast),
        ] {
            assert_eq!(class(address), expected, "{address}");
        }
    }

    #[test]
    fn knows_the_internet_up_to_its_edges() {
        for address in [
            "1.1.1.1",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "172.15.255.255",
            "172.32.0.0",
            "192.167.255.255",
            "192.169.0.0",
            "223.255.255.255",
            "2606:4700::1111",
            "2a00:1450::1",
            "::ffff:8.8.8.8",
            "64:ff9b::808:808",
        ] {
            assert_eq!(class(address), Class::Public, "{address}");
        }
    }

    proptest! {
        #[test]
        fn an_ipv4_address_is_the_same_place_in_ipv6_clothes(bits: u32) {
            let v4 = Ipv4Addr::from_bits(bits);
            let expected = classify(v4.into());
            prop_assert_eq!(classify(v4.to_ipv6_mapped().into()), expected);
            let nat64 = Ipv6Addr::from_bits(NAT64.to_bits() | u128::from(bits));
            prop_assert_eq!(classify(nat64.into()), expected);
        }

        #[test]
        fn the_internet_lies_where_the_standard_library_sees_nothing_special(bits: u32) {
            let v4 = Ipv4Addr::from_bits(bits);
            let special = v4.is_private() || v4.is_loopback() || v4.is_link_local() || v4.is_multicast()
                || v4.is_broadcast() || v4.is_documentation() || v4.is_unspecified();
            prop_assert!(!(special && classify(v4.into()) == Class::Public));
        }

        #[test]
        fn no_public_ipv6_address_lies_outside_global_unicast(bits: u128) {
            let v6 = Ipv6Addr::from_bits(bits);
            if classify(v6.into()) == Class::Public {
                prop_assert_eq!(bits >> 125, 0b001);
            }
        }
    }
}
