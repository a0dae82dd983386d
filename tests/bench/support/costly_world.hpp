// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <support/options.hpp>

#include <sipwhere/auth/open_access.hpp>
#include <sipwhere/clock/manual_clock.hpp>
#include <sipwhere/observer/null_observer.hpp>
#include <sipwhere/random/seeded_random.hpp>
#include <sipwhere/registrar/basic_registrar.hpp>
#include <sipwhere/storage/hash_storage.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace sipwhere_bench {

/// A request as an attacker writes it: whole, but as short as can be, so that few bytes pay for what they cost.
struct costly_request {
    std::string method = "REGISTER";
    std::string uri = "sip:h";
    std::string top = "v:SIP/2.0/UDP h;branch=z9hG4bK"; ///< its number follows
    std::string before{};                               ///< header lines behind the first Via
    std::string from = "<sip:a@h>;tag=1";
    std::string to = "<sip:a@h>";
    std::string call_id = "1";
    std::vector<std::string> contacts{}; ///< as their row lists them
    std::string after{};                 ///< header lines behind the Contacts
    std::string body{};

    [[nodiscard]] auto text(unsigned number) const -> std::string {
        const auto digits = std::to_string(number);
        std::string made = method + ' ' + uri + " SIP/2.0\r\n" + top + digits + "\r\n" + before + "f:" + from +
                           "\r\nt:" + to + "\r\ni:" + call_id + "\r\nCSeq:" + digits + ' ' + method + "\r\n";
        for (std::size_t i = 0; i < contacts.size(); ++i) made += (i == 0 ? "m:" : ",") + contacts[i];
        if (!contacts.empty()) made += "\r\n";
        return made + after + "\r\n" + body;
    }
};

/// A registrar of one peer, that keeps the bindings of `<sip:a@h>` and answers to nowhere.
class costly_world {
public:
    explicit costly_world(const sipwhere::settings& config)
        : registrar_(config, clock_, storage_, transport_, random_) {
        if (!registrar_.start()) die("the registrar can't start");
    }

    /// Lets contacts register, each in a request of its own; some may be refused.
    void binds(const std::vector<std::string>& contacts) {
        for (const auto& contact : contacts) {
            if (serve({.call_id = "2", .contacts = {contact}}) != 200) ++refused_;
            clock_.advance(std::chrono::seconds{1});
        }
    }

    /// Writes a request with the next number; what it holds stays until the world goes.
    auto write(const costly_request& asked) -> const std::string& {
        text_ = asked.text(++number_);
        return text_;
    }

    /// Serves what was written last.
    ///
    /// Returns: the status of its answer; 0 for none.
    auto serve_written() -> unsigned {
        transport_.status = 0;
        (void)registrar_.receive(sipwhere::datagram{flow_, text_});
        return transport_.status;
    }

    auto serve(const costly_request& asked) -> unsigned {
        write(asked);
        return serve_written();
    }

    /// Shows all bindings in the order a proxy tries them.
    ///
    /// Returns: how many there are.
    auto query() -> std::size_t {
        std::size_t bytes = 0;
        const auto found = registrar_.query(
            "sip:a@h", [&bytes](const sipwhere::binding_view& binding) { bytes += binding.uri.size(); });
        return found && bytes != 0 ? *found : 0;
    }

    /// Returns: the bytes of the record.
    [[nodiscard]] auto record_size() -> std::size_t {
        std::size_t size = 0;
        (void)storage_.update(sipwhere::aor_view{"a", "h"}, [&size](sipwhere::record_view record) {
            size = record.bytes().size();
            return sipwhere::record_update{};
        });
        return size;
    }

    [[nodiscard]] auto refused() const -> unsigned { return refused_; }
    [[nodiscard]] auto registrar() -> auto& { return registrar_; }

    /// Lets so much time pass.
    void wait(std::chrono::seconds time) { clock_.advance(time); }

private:
    /// Keeps the status alone.
    struct status_transport {
        unsigned status = 0;

        auto listen(sipwhere::receiver_ref) -> sipwhere::result<void> { return {}; }
        void stop() {}
        auto send(const sipwhere::flow&, std::string_view bytes) -> bool {
            status = static_cast<unsigned>((bytes[8] - '0') * 100 + (bytes[9] - '0') * 10 + (bytes[10] - '0'));
            return true;
        }
        [[nodiscard]] auto is_own(const sipwhere::endpoint&) const -> bool { return false; }
    };

    sipwhere::manual_clock clock_;
    sipwhere::hash_storage storage_;
    status_transport transport_;
    sipwhere::seeded_random random_{7};
    sipwhere::basic_registrar<sipwhere::manual_clock, sipwhere::hash_storage, status_transport, sipwhere::seeded_random,
                              sipwhere::open_access, sipwhere::null_observer>
        registrar_;
    sipwhere::flow flow_{.remote = {sipwhere::ip_address::v4({127, 0, 0, 1}), 40000},
                         .local = {sipwhere::ip_address::v4({127, 0, 0, 1}), 5060}};
    std::string text_;
    unsigned number_ = 0;
    unsigned refused_ = 0;
};

} // namespace sipwhere_bench
