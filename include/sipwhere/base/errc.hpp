// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>
#include <string_view>

namespace sipwhere {

/// What can go wrong in a call that returns `result`.
enum class errc : std::uint8_t {
    bad_start_line = 1, // so that 0 is none of them
    bad_header_line,
    bad_uri,
    bad_host,
    bad_port,
    bad_params,
    bad_quoting,
    bad_name_addr,
    bad_via,
    bad_contact,
    bad_credentials,
    bad_cseq,
    bad_number,
    bad_q,
    bad_option_tag,
    bad_address,
    not_sip,
    incomplete,
    too_long,
    too_many_headers,
    too_many_params,
    no_capacity,
    contradicting_limits,
    capacity_exceeded,
    left_out,
    bad_domain,
    address_in_use,
    address_unavailable,
    permission_denied,
    transport_failed,
    bad_certificate,
    different_executors,
    already_started,
    busy,
    not_yet,
    storage_failed,
    too_many_waiting,
    timed_out,
};

/// Returns: one sentence for a person to read, without a full stop.
[[nodiscard]] constexpr auto message(errc code) noexcept -> std::string_view {
    switch (code) {
    case errc::bad_start_line: return "the start line is not a SIP request or status line";
    case errc::bad_header_line: return "a header line has no field name followed by a colon";
    case errc::bad_uri: return "the URI does not follow the grammar of its scheme";
    case errc::bad_host: return "the host is no name, IPv4 address or bracketed IPv6 address";
    case errc::bad_port: return "the port is not a number from 1 to 65535";
    case errc::bad_params: return "the parameters are malformed or one of them is repeated";
    case errc::bad_quoting: return "a quoted string is not closed";
    case errc::bad_name_addr: return "the value is neither a URI nor a name followed by <URI>";
    case errc::bad_via: return "the Via value is malformed";
    case errc::bad_contact: return "the Contact value is malformed";
    case errc::bad_credentials: return "the text is not a scheme followed by name=value pairs, no name repeated";
    case errc::bad_cseq: return "the CSeq value is not a number below 2^31 and a method";
    case errc::bad_number: return "the text is not a decimal number in range";
    case errc::bad_q: return "the q value is not a number from 0 to 1 with at most three decimals";
    case errc::bad_option_tag: return "the list of option tags is malformed";
    case errc::bad_address: return "the text is not an IPv4 or IPv6 address";
    case errc::not_sip: return "the bytes are not a SIP message";
    case errc::incomplete: return "the message ends before the empty line after its header fields";
    case errc::too_long: return "the text is longer than its limit";
    case errc::too_many_headers: return "the message has more header fields than the limit";
    case errc::too_many_params: return "a value has more parameters than the limit";
    case errc::no_capacity: return "it does not fit into the capacity given";
    case errc::contradicting_limits: return "two limits contradict each other; explain() of the registrar names them";
    case errc::capacity_exceeded: return "a limit asks for more than the storage's memory can hold; explain() names it";
    case errc::left_out: return "a setting needs code that the storage's memory leaves out; explain() names it";
    case errc::bad_domain:
        return "the domain is not served, or not a host name or address; explain() names a configured one";
    case errc::address_in_use: return "the address and port are already in use";
    case errc::address_unavailable: return "the address does not belong to this host";
    case errc::permission_denied: return "this address or port needs more privileges";
    case errc::transport_failed: return "the transport could not be opened";
    case errc::bad_certificate: return "a certificate, its key or what they are checked against can't be used";
    case errc::different_executors: return "the transports of a set run on different executors; give them one strand";
    case errc::already_started: return "it has been started before";
    case errc::busy: return "it can't be changed from within one of its callbacks";
    case errc::not_yet: return "the storage does not know it yet; ask again";
    case errc::storage_failed: return "the storage failed";
    case errc::too_many_waiting: return "as many requests wait for the storage as may";
    case errc::timed_out: return "the storage did not answer in time, or the server stopped";
    }
    return "unknown error";
}

} // namespace sipwhere
