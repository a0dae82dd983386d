// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/message/status.hpp>
#include <sipwhere/model/flow.hpp>
#include <sipwhere/server/verdict.hpp>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace sipwhere_test {

/// One Contact of a 200: `<uri>params;expires=…`.
struct listed_contact {
    std::string uri;
    std::string params; ///< all before `expires`, which comes last
    std::uint32_t expires = 0;
};

/// What a registrar made of a datagram, and what it sent. Read without the library's own parser.
struct reply {
    sipwhere::verdict verdict{};
    sipwhere::flow flow{}; ///< where it was sent
    std::string text{};   ///< empty when nothing was sent

    [[nodiscard]] auto was_sent() const -> bool { return !text.empty(); }

    /// Returns: the status; 0 when nothing was sent, or nothing that begins as a response.
    [[nodiscard]] auto status() const -> sipwhere::status {
        if (text.compare(0, 8, "SIP/2.0 ") != 0) return {};
        return static_cast<sipwhere::status>(std::atoi(text.c_str() + 8));
    }

    [[nodiscard]] auto reason() const -> std::string {
        return text.size() < 12 ? std::string{} : text.substr(12, text.find("\r\n") - 12);
    }

    /// Returns: the values of all rows of a name, spelled as the registrar spells it.
    [[nodiscard]] auto rows(std::string_view name) const -> std::vector<std::string> {
        std::vector<std::string> found;
        const auto prefix = "\r\n" + std::string{name} + ": ";
        for (auto at = text.find(prefix); at != std::string::npos; at = text.find(prefix, at + 2)) {
            const auto begin = at + prefix.size();
            found.push_back(text.substr(begin, text.find("\r\n", begin) - begin));
        }
        return found;
    }

    [[nodiscard]] auto has(std::string_view name) const -> bool { return !rows(name).empty(); }

    /// Returns: the value of the only row of a name, else a text that no field has.
    [[nodiscard]] auto field(std::string_view name) const -> std::string {
        const auto found = rows(name);
        return found.size() == 1 ? found.front() : "(" + std::to_string(found.size()) + " rows)";
    }

    [[nodiscard]] auto to_tag() const -> std::string {
        const auto to = field("To");
        const auto at = to.find(";tag=");
        return at == std::string::npos ? std::string{} : to.substr(at + 5);
    }

    [[nodiscard]] auto contacts() const -> std::vector<listed_contact> {
        std::vector<listed_contact> found;
        for (const auto& row : rows("Contact")) {
            const auto close = row.find('>');
            const auto expires = row.rfind(";expires=");
            if (row.front() != '<' || close == std::string::npos || expires == std::string::npos) return {};
            found.push_back({row.substr(1, close - 1), row.substr(close + 1, expires - close - 1),
                             static_cast<std::uint32_t>(std::strtoul(row.c_str() + expires + 9, nullptr, 10))});
        }
        return found;
    }

    /// Returns: the URIs of the contacts, parted by blanks.
    [[nodiscard]] auto uris() const -> std::string {
        std::string all;
        for (const auto& contact : contacts()) all += (all.empty() ? "" : " ") + contact.uri;
        return all;
    }
};

} // namespace sipwhere_test
