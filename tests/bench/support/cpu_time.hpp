// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <support/options.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

namespace sipwhere_bench {

/// The processor time of some processes, user and system, each of their threads.
class cpu_time {
public:
    /// `pids` are separated by commas; none has no time.
    explicit cpu_time(std::string_view pids) {
        while (!pids.empty()) {
            const auto end = pids.find(',');
            pids_.emplace_back(pids.substr(0, end));
            pids.remove_prefix(end == pids.npos ? pids.size() : end + 1);
        }
    }

    /// Returns: the time used so far, to the nanosecond where the scheduler tells it.
    [[nodiscard]] auto used() const -> std::chrono::nanoseconds {
        std::chrono::nanoseconds sum{};
        for (const auto& pid : pids_) {
            std::error_code gone;
            for (const auto& thread : std::filesystem::directory_iterator{"/proc/" + pid + "/task", gone}) {
                std::int64_t nanoseconds = 0;
                std::ifstream{thread.path() / "schedstat"} >> nanoseconds;
                sum += std::chrono::nanoseconds{nanoseconds};
            }
            if (gone) die("the server " + pid + " has gone");
        }
        return sum;
    }

private:
    std::vector<std::string> pids_;
};

} // namespace sipwhere_bench
