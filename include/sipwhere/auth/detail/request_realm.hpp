// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/ascii.hpp>
#include <sipwhere/base/writer.hpp>
#include <sipwhere/config/domains.hpp>
#include <sipwhere/message/host_port.hpp>
#include <sipwhere/message/uri.hpp>
#include <sipwhere/policy/access.hpp>

#include <array>
#include <string_view>

namespace sipwhere::detail {

/// The realm of a request: what was set, or in lower case the domain of To, as it is served, or else of the
/// Request-URI.
class request_realm {
public:
    request_realm(std::string_view set, const access_request& asked) noexcept : text_(set) {
        if (!set.empty()) return;
        writer out{bytes_};
        for (const char c : without_root(domain_of(asked).text)) out.put(ascii::lower(c));
        text_ = out.text();
    }
    request_realm(const request_realm&) = delete;
    auto operator=(const request_realm&) -> request_realm& = delete;

    [[nodiscard]] auto view() const noexcept -> std::string_view { return text_; }

private:
    [[nodiscard]] static auto domain_of(const access_request& asked) noexcept -> host_view {
        const auto to = parse_uri(asked.to_uri);
        if (!to || !to->is_sip()) return asked.domain;
        return served_domain(asked.served, to->host, asked.from.local.address).value_or(asked.domain);
    }

    std::array<char, 256> bytes_; // as long as a name of the DNS may be
    std::string_view text_;
};

} // namespace sipwhere::detail
