// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/policy/workspace.hpp>

#include <vector>

namespace sipwhere {

/// Working memory for a host with plenty: allocated once, when the registrar is made, and never grown.
class heap_workspace {
public:
    [[nodiscard]] auto view() noexcept -> workspace_view {
        return {message_, aor_,    contacts_, contact_fates_, binding_fates_, record_,
                gone_,    answer_, ring_,     buckets_,       ring_text_};
    }

private:
    static constexpr std::size_t max_contacts = 64;
    static constexpr std::size_t max_bindings = 256;
    static constexpr std::size_t max_datagram = 65507; // of UDP over IPv4
    static constexpr std::size_t responses = 4096;

    message_view message_;
    std::vector<char> aor_ = std::vector<char>(1024);
    std::vector<contact_view> contacts_ = std::vector<contact_view>(max_contacts);
    std::vector<verdict_on_binding> contact_fates_ = std::vector<verdict_on_binding>(max_contacts);
    std::vector<verdict_on_binding> binding_fates_ = std::vector<verdict_on_binding>(max_bindings);
    std::vector<char> record_ = std::vector<char>(2 * max_datagram);
    std::vector<char> gone_ = std::vector<char>(2 * max_datagram);
    std::vector<char> answer_ = std::vector<char>(max_datagram);
    std::vector<remembered_response> ring_ = std::vector<remembered_response>(responses);
    std::vector<std::uint32_t> buckets_ = std::vector<std::uint32_t>(4 * responses); // so that most are empty
    std::vector<char> ring_text_ = std::vector<char>(2U << 20U);
};

} // namespace sipwhere
