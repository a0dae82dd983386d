// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sipwhere_test {

/// A request as a test writes it: whole and valid, until a field is set otherwise.
///
/// Each "{n}" in it becomes a number that no other request of the test has, so that Via and CSeq are fresh.
class request {
public:
    explicit request(std::string method = "REGISTER", std::string uri = "sip:example.com")
        : start_line_(method + " " + uri + " SIP/2.0") {
        fields_ = {{"Via", "SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK{n}"},
                   {"Max-Forwards", "70"},
                   {"From", "<sip:alice@example.com>;tag=a1"},
                   {"To", "<sip:alice@example.com>"},
                   {"Call-ID", "alice-call@192.0.2.1"},
                   {"CSeq", "{n} " + method}};
    }

    /// Returns: the same with another start line.
    [[nodiscard]] auto starting(std::string_view line) const -> request {
        auto made = *this;
        made.start_line_ = line;
        return made;
    }

    /// Returns: the same with one row of this name, in the place of those it had.
    [[nodiscard]] auto with(std::string_view name, std::string_view value) const -> request {
        auto made = *this;
        for (auto& [known, old] : made.fields_)
            if (known == name) return old = value, made;
        return also(name, value);
    }

    /// Returns: the same with one row more.
    [[nodiscard]] auto also(std::string_view name, std::string_view value) const -> request {
        auto made = *this;
        made.fields_.emplace_back(name, value);
        return made;
    }

    [[nodiscard]] auto without(std::string_view name) const -> request {
        auto made = *this;
        std::erase_if(made.fields_, [name](const auto& field) { return field.first == name; });
        return made;
    }

    /// Returns: the same with a body, its length not told.
    [[nodiscard]] auto carrying(std::string_view body) const -> request {
        auto made = *this;
        made.body_ = body;
        return made;
    }

    [[nodiscard]] auto text(unsigned number) const -> std::string {
        auto made = start_line_ + "\r\n";
        for (const auto& [name, value] : fields_) made += name + ": " + value + "\r\n";
        made += "\r\n" + body_;
        for (auto at = made.find("{n}"); at != std::string::npos; at = made.find("{n}", at))
            made.replace(at, 3, std::to_string(number));
        return made;
    }

private:
    std::string start_line_;
    std::vector<std::pair<std::string, std::string>> fields_;
    std::string body_;
};

/// Asks for alice's bindings.
[[nodiscard]] inline auto alice_asks() -> request { return request{}; }

/// Registers one contact, or several parted by commas, for as long as the registrar likes.
[[nodiscard]] inline auto alice_registers(std::string_view contacts) -> request {
    return request{}.with("Contact", contacts);
}

[[nodiscard]] inline auto alice_registers(std::string_view contacts, std::chrono::seconds expires) -> request {
    return alice_registers(contacts).with("Expires", std::to_string(expires.count()));
}

/// The same as someone else, from their own phone.
[[nodiscard]] inline auto as_user(std::string_view user, const request& asked) -> request {
    const std::string name{user};
    return asked.with("From", "<sip:" + name + "@example.com>;tag=" + name)
        .with("To", "<sip:" + name + "@example.com>")
        .with("Call-ID", name + "-call@192.0.2.1");
}

[[nodiscard]] inline auto bob_registers(std::string_view contacts) -> request {
    return as_user("bob", alice_registers(contacts));
}

} // namespace sipwhere_test
