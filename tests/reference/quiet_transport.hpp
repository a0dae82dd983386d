// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/message/status.hpp>
#include <sipwhere/policy/transport.hpp>

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sipwhere_test {

/// A transport that keeps the last answer alone and allocates nothing.
class quiet_transport {
public:
    auto listen(sipwhere::receiver_ref) -> sipwhere::result<void> { return {}; }
    void stop() {}
    auto send(const sipwhere::flow& flow, std::string_view bytes) -> bool {
        flow_ = flow;
        size_ = bytes.copy(bytes_.data(), bytes_.size());
        ++count_;
        return true;
    }
    [[nodiscard]] auto is_own(const sipwhere::endpoint&) const -> bool { return false; }

    [[nodiscard]] auto count() const -> std::uint64_t { return count_; }
    [[nodiscard]] auto last() const -> std::string_view { return {bytes_.data(), size_}; }
    [[nodiscard]] auto flow() const -> const sipwhere::flow& { return flow_; }

    /// Returns: whether the last answer has this field, spelled so.
    [[nodiscard]] auto has(std::string_view field) const -> bool {
        return last().find(field) != std::string_view::npos;
    }

    [[nodiscard]] auto status() const -> sipwhere::status {
        unsigned code = 0;
        if (size_ > 12) std::from_chars(bytes_.data() + 8, bytes_.data() + 11, code);
        return static_cast<sipwhere::status>(code);
    }

private:
    std::array<char, 65536> bytes_{};
    std::size_t size_ = 0;
    std::uint64_t count_ = 0;
    sipwhere::flow flow_{};
};

/// A REGISTER written without an allocation.
class plain_register {
public:
    /// `contact` is a Contact value, or empty for a query.
    plain_register(std::uint64_t user, std::uint32_t cseq, std::string_view contact, std::string_view uri = {}) {
        put("REGISTER ").put(uri.empty() ? "sip:example.com" : uri).put(" SIP/2.0\r\n");
        put("Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK").put(user).put("-").put(cseq).put(";rport\r\n");
        put("Max-Forwards: 70\r\nFrom: <sip:u").put(user).put("@example.com>;tag=1\r\nTo: <sip:u").put(user);
        put("@example.com>\r\nCall-ID: c").put(user).put("\r\nCSeq: ").put(cseq).put(" REGISTER\r\n");
        if (!contact.empty()) put("Contact: ").put(contact).put("\r\n");
        if (contact == "*") put("Expires: 0\r\n");
        put("Content-Length: 0\r\n\r\n");
    }

    [[nodiscard]] auto text() const -> std::string_view { return {bytes_.data(), size_}; }

private:
    auto put(std::string_view text) -> plain_register& {
        size_ += text.copy(bytes_.data() + size_, bytes_.size() - size_);
        return *this;
    }
    auto put(std::uint64_t number) -> plain_register& {
        size_ = static_cast<std::size_t>(
            std::to_chars(bytes_.data() + size_, bytes_.data() + bytes_.size(), number).ptr - bytes_.data());
        return *this;
    }

    std::array<char, 4096> bytes_{};
    std::size_t size_ = 0;
};

} // namespace sipwhere_test
