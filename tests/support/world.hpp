// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/auth/open_access.hpp>
#include <sipwhere/clock/manual_clock.hpp>
#include <sipwhere/random/seeded_random.hpp>
#include <sipwhere/registrar/basic_registrar.hpp>
#include <sipwhere/storage/hash_storage.hpp>

#include <support/capturing_transport.hpp>
#include <support/recording_observer.hpp>
#include <support/reply.hpp>
#include <support/request.hpp>
#include <support/values.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sipwhere_test {

/// A registrar with all that it needs: a clock that stands still, a transport without a network, one phone.
template <typename Storage = sipwhere::hash_storage, typename Access = sipwhere::open_access>
struct basic_world {
    using registrar_type = sipwhere::basic_registrar<sipwhere::manual_clock, Storage, capturing_transport,
                                                     sipwhere::seeded_random, Access, recording_observer>;

    sipwhere::manual_clock clock;
    Storage storage;
    capturing_transport transport;
    sipwhere::seeded_random random{7};
    Access access;
    recording_observer observer;
    sipwhere::flow flow{.remote = at("192.0.2.1"), .local = at("192.0.2.100")}; ///< of what is sent from now on
    registrar_type registrar;

    template <typename... OfStorage>
    explicit basic_world(const sipwhere::settings& config = {}, const OfStorage&... of_storage)
        : storage(of_storage...), registrar(config, clock, storage, transport, random, access, observer) {
        REQUIRE(registrar.start());
    }

    /// Sends bytes to the registrar, from memory that ends where they end.
    auto sends(std::string_view bytes) -> reply {
        const std::vector<char> memory(bytes.begin(), bytes.end());
        const auto before = transport.sent.size();
        const auto verdict = registrar.receive(sipwhere::datagram{flow, {memory.data(), memory.size()}});
        if (transport.sent.size() == before) return {verdict, {}, {}};
        CHECK(transport.sent.size() == before + 1);
        return {verdict, transport.sent.back().first, transport.sent.back().second};
    }
    auto sends(const char* bytes) -> reply { return sends(std::string_view{bytes}); }
    auto sends(const request& asked) -> reply { return sends(write(asked)); }

    /// Lets several datagrams arrive in one batch.
    void sends_at_once(const std::vector<std::string>& texts) {
        std::vector<sipwhere::datagram> batch;
        for (const auto& text : texts) batch.push_back({flow, text});
        transport.receiver->receive(batch);
    }

    /// Returns: the bytes of a request with a fresh number, to be sent more than once.
    [[nodiscard]] auto write(const request& asked) -> std::string { return asked.text(++number_); }

    /// Returns: the URIs bound to a user, parted by blanks.
    [[nodiscard]] auto bound(std::string_view user = "alice") -> std::string {
        return sends(as_user(user, request{})).uris();
    }

    /// Returns: the bytes of a record, which tell every change of it.
    [[nodiscard]] auto record(std::string_view user = "alice", std::string_view domain = "example.com") -> std::string {
        std::string bytes;
        (void)storage.update(sipwhere::aor_view{user, domain}, [&bytes](sipwhere::record_view record) {
            bytes = record.bytes();
            return sipwhere::record_update{};
        });
        return bytes;
    }

private:
    unsigned number_ = 0;
};

using world = basic_world<>;

} // namespace sipwhere_test
