// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/policy/receiver.hpp>
#include <support/recording_receiver.hpp>

#include <cstddef>
#include <vector>

namespace sipwhere_test {

/// A receiver that keeps what comes over connections, and which of them have ended.
struct stream_receiver : recording_receiver {
    std::vector<sipwhere::flow> ended;

    void closed(const sipwhere::flow& lost) { ended.push_back(lost); }
};

} // namespace sipwhere_test
