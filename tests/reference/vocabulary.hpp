// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sipwhere_test::reference {

/// One Contact value of a REGISTER, read by whoever wrote it.
struct asked_contact {
    std::string uri;
    std::string params;                   ///< without expires
    std::optional<std::uint32_t> expires; ///< what RFC 3261 makes of the parameter: malformed is 3600
};

/// A REGISTER, read by whoever wrote it.
struct asked_register {
    int form = 0; ///< the status that it deserves for its form alone, 0 for none
    std::string transaction; ///< by RFC 3261 §17.2.3, but for the source
    std::string branch;
    std::string sent_by;
    std::string from_tag;
    std::string call_id;
    std::uint32_t cseq = 0;
    bool has_to_tag = false;
    bool is_sips = false; ///< its Request-URI is one
    std::pair<std::string, std::string> aor; ///< user and domain
    bool star = false;
    std::vector<asked_contact> contacts;
    std::optional<std::uint32_t> expires; ///< the header field
};

enum class when_full { refuse, replace_oldest, replace_all };

struct rules {
    std::uint32_t min_expires = 30;
    std::uint32_t max_expires = 300;
    std::uint32_t default_expires = 300;
    std::size_t max_contacts = 10;
    std::size_t max_contact_bytes = 1024;
    when_full full = when_full::refuse;
    bool takes_stale_after_32s = false;
    bool remembers_answers = true; ///< has a response ring, large enough for all
    std::function<bool(const std::string&, const std::string&)> same_uri; ///< RFC 3261 §19.1.4
};

struct binding {
    std::string uri;
    std::string params;
    std::string call_id;
    std::uint32_t cseq = 0;
    std::uint64_t due = 0;  ///< second
    std::uint64_t last = 0; ///< second

    friend auto operator==(const binding&, const binding&) -> bool = default;
};

struct answer {
    int status = 0;
    std::vector<std::pair<binding, std::uint64_t>> contacts{}; ///< with the seconds left, for a 200
    bool changes = false; ///< a record, so that the answer is kept for retransmissions
    std::optional<std::size_t> repeats{}; ///< the number of the earlier answer whose bytes are sent again
};

} // namespace sipwhere_test::reference
