// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/policy/transport.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sipwhere_test {

/// A transport without a network: it keeps what is sent, and the test hands over what is received.
struct capturing_transport {
    static constexpr bool counts_overruns = true;

    std::vector<std::pair<sipwhere::flow, std::string>> sent;
    std::optional<sipwhere::receiver_ref> receiver;      ///< who listens
    sipwhere::result<void> when_listening{};             ///< what `listen` says
    std::vector<sipwhere::endpoint> own;                 ///< its own listeners
    bool takes = true;                                   ///< what `send` says
    unsigned stops = 0;

    auto listen(sipwhere::receiver_ref to) -> sipwhere::result<void> {
        if (when_listening) receiver.emplace(to);
        return when_listening;
    }
    void stop() {
        receiver.reset();
        ++stops;
    }
    auto send(const sipwhere::flow& flow, std::string_view bytes) -> bool {
        if (takes) sent.emplace_back(flow, bytes);
        return takes;
    }
    [[nodiscard]] auto is_own(const sipwhere::endpoint& end) const -> bool {
        return std::find(own.begin(), own.end(), end) != own.end();
    }
};
static_assert(sipwhere::transport_policy<capturing_transport>);

} // namespace sipwhere_test
