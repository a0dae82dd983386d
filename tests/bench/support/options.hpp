// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sipwhere_bench {

/// Says why a benchmark can't go on, and ends it with status 2.
[[noreturn]] inline void die(const std::string& why) {
    std::fprintf(stderr, "%s\n", why.c_str());
    std::exit(2);
}

/// The same, with what the system has to say about it.
[[noreturn]] inline void die_of_errno(const std::string& what) { die(what + ": " + std::strerror(errno)); }

/// The command line of a benchmark: `--name value` or `--name`, in any order.
class options {
public:
    options(int count, char** values) : given_(values + 1, values + count) {}

    /// Returns: the value after `--name`, or `otherwise`.
    [[nodiscard]] auto text(std::string_view name, std::string_view otherwise = {}) const -> std::string_view {
        for (std::size_t i = 0; i + 1 < given_.size(); ++i)
            if (given_[i] == name) return given_[i + 1];
        return otherwise;
    }

    template <typename Number>
    [[nodiscard]] auto number(std::string_view name, Number otherwise) const -> Number {
        const auto found = text(name);
        if (found.empty()) return otherwise;
        Number read{};
        const auto [end, failed] = std::from_chars(found.data(), found.data() + found.size(), read);
        if (failed != std::errc{} || end != found.data() + found.size()) die(std::string{name} + " needs a number");
        return read;
    }

    [[nodiscard]] auto has(std::string_view name) const -> bool {
        for (const auto one : given_)
            if (one == name) return true;
        return false;
    }

private:
    std::vector<std::string_view> given_;
};

} // namespace sipwhere_bench
