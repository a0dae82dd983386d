// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <support/costly_world.hpp>

#include <sipwhere/config/settings.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sipwhere_bench {

/// One way to make a registrar work as hard as can be: what is bound before, and what is asked then.
struct costly_family {
    std::string name;
    sipwhere::settings config;
    std::vector<std::string> bound{};
    std::vector<costly_request> before{}; ///< served before it is counted
    costly_request attack{};
    bool is_query = false; ///< by the program, and no request
    bool is_late = false;  ///< the attack comes `late` after the bindings
    std::chrono::seconds late{};
};

namespace costly {

/// Returns: `piece`, so many times, with `between` between them.
[[nodiscard]] inline auto times(std::size_t count, std::string_view piece, std::string_view between = {})
    -> std::string {
    std::string made;
    for (std::size_t i = 0; i < count; ++i) (made += i == 0 ? std::string_view{} : between) += piece;
    return made;
}

/// Returns: what `make` makes of 0, 1, …
template <typename Make>
[[nodiscard]] auto list(std::size_t count, Make make) -> std::vector<std::string> {
    std::vector<std::string> made;
    for (std::size_t i = 0; i < count; ++i) made.push_back(make(i));
    return made;
}

template <typename Make>
[[nodiscard]] auto joined(std::size_t count, Make make, std::string_view between = {}) -> std::string {
    std::string made;
    for (std::size_t i = 0; i < count; ++i) (made += i == 0 ? std::string_view{} : between) += make(i);
    return made;
}

/// Returns: a character that may stand in any name, another one for each number below 36.
[[nodiscard]] inline auto letter(std::size_t number) -> char {
    return "abcdefghijklmnopqrstuvwxyz0123456789"[number % 36];
}

/// Returns: a short text, another one for each number below 1296.
[[nodiscard]] inline auto short_name(std::size_t number) -> std::string {
    return number < 36 ? std::string(1, letter(number)) : std::string{letter(number / 36), letter(number)};
}

/// Returns: a text of `size` letters that are equal up to the last two.
[[nodiscard]] inline auto alike(std::size_t number, std::size_t size) -> std::string {
    return std::string(size - 2, 'x') + letter(number / 36) + letter(number);
}

/// Returns: each character as `%HH`, its digits in another case each time.
[[nodiscard]] inline auto escaped(std::string_view text, std::size_t salt) -> std::string {
    std::string made;
    for (const char c : text) {
        const bool is_low = salt % 2 == 0;
        salt = salt / 2 + salt % 2 * 512;
        made += '%';
        made += "0123456789"[c / 16];
        made += (is_low ? "0123456789abcdef" : "0123456789ABCDEF")[c % 16];
    }
    return made;
}

/// Returns: letters of which other ones are capitals for each number.
[[nodiscard]] inline auto mixed(std::size_t number, std::size_t size) -> std::string {
    std::string made(size, 'x');
    for (std::size_t i = 0; i < made.size(); ++i)
        if ((number >> i % 10 & 1U) != 0) made[i] = 'X';
    return made;
}

[[nodiscard]] inline auto in_brackets(std::vector<std::string> uris) -> std::vector<std::string> {
    for (auto& uri : uris) uri = "<" + uri + ">";
    return uris;
}

class collection {
public:
    std::vector<costly_family> made{};

    /// Contacts of one request against bindings, for a cap of bindings.
    void contacts(const std::string& name, std::size_t cap, std::size_t bound, std::size_t asked,
                  const std::function<std::string(std::size_t)>& old,
                  const std::function<std::string(std::size_t)>& now) {
        costly_family family{.name = name + " x" + std::to_string(cap), .config = settings_of(cap)};
        family.bound = in_brackets(list(bound, old));
        family.attack.contacts = in_brackets(list(asked, now));
        made.push_back(std::move(family));
    }

    void one(const std::string& name, const costly_request& attack, const sipwhere::settings& config = settings_of(10),
             const std::vector<std::string>& bound = {}) {
        made.push_back({.name = name, .config = config, .bound = bound, .attack = attack});
    }

    [[nodiscard]] static auto settings_of(std::size_t cap) -> sipwhere::settings {
        return {.limits = {.max_expires = std::chrono::seconds{100'000}, .max_contacts = cap}};
    }
};

} // namespace costly

} // namespace sipwhere_bench
