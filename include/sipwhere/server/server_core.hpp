// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/keyed_hash.hpp>
#include <sipwhere/config/settings.hpp>
#include <sipwhere/memory/request_memory.hpp>
#include <sipwhere/model/event.hpp>
#include <sipwhere/server/response_ring.hpp>
#include <sipwhere/server/verdict.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

namespace sipwhere {

class exchange;

/// What a server does with its policies, as functions, so that exchanges and handlers need not know their types.
struct server_functions {
    auto (*send)(void* server, const flow& to, std::string_view bytes) -> bool;
    auto (*random)(void* server) -> std::uint64_t;
    void (*tell_traffic)(void* server, const traffic_event& event) = nullptr;       ///< null: nobody listens
    void (*tell_rejection)(void* server, const rejection_event& event) = nullptr;   ///< null: nobody listens
    /// Takes bytes out of the budget of a network; null: there are no budgets.
    auto (*pay)(void* server, const ip_address& network, std::size_t bytes, instant now) -> bool = nullptr;
    /// Begins an edit in a place where it may wait, see `server_core::begin_edit`; null: the server never waits.
    auto (*begin_edit)(void* server, const void* handler) -> exchange* = nullptr;
    void (*settle_edit)(void* server, exchange& edit, const verdict& said) = nullptr;
    /// Tells for which domains the client of a connection has shown a certificate; null: the transport knows of none.
    auto (*peer_domains)(void* server, const flow& of) -> std::string_view = nullptr;
    auto (*date)(void* server, instant now) -> std::string_view = nullptr; ///< null: the clock knows none
};

/// What a server shares with its exchanges and handlers.
class server_core {
public:
    server_core(const settings& config, const answer_memory& answers, const server_functions& functions,
                void* server) noexcept
        : config_(config), ring_(answers), functions_(functions), server_(server) {}
    server_core(const server_core&) = delete;
    auto operator=(const server_core&) -> server_core& = delete;

    [[nodiscard]] auto config() const noexcept -> const settings& { return config_; }
    [[nodiscard]] auto functions() const noexcept -> const server_functions& { return functions_; }

    /// Returns: the key of all hashes by which requests are known again.
    [[nodiscard]] auto key() const noexcept -> hash_key { return key_; }

    /// Returns: a key that nothing else has, such as the seed of a table.
    [[nodiscard]] auto fresh_key() const noexcept -> hash_key {
        const auto first = functions_.random(server_);
        return {first, functions_.random(server_)};
    }

    /// Returns: the value of Allow: the methods of all handlers.
    [[nodiscard]] auto allowed() const noexcept -> std::string_view { return allowed_; }

    /// Returns: the date for the header field, up to a second old; empty if the clock knows none.
    [[nodiscard]] auto date(instant now) const -> std::string_view {
        return functions_.date == nullptr ? std::string_view{} : functions_.date(server_, now);
    }

    /// Returns: the memory of the next request; it is in use while the server is busy.
    [[nodiscard]] auto memory() const noexcept -> request_memory& { return *memory_; }

    /// Marks the server as busy while it lives.
    class work {
    public:
        explicit work(bool& busy) noexcept : busy_(busy), before_(std::exchange(busy, true)) {}
        work(const work&) = delete;
        auto operator=(const work&) -> work& = delete;
        ~work() { busy_ = before_; }

    private:
        bool& busy_;
        bool before_;
    };

    /// Until what this returns goes, calls of the API that take memory of the server are refused.
    [[nodiscard]] auto begin_work() noexcept -> work { return work{busy_}; }
    [[nodiscard]] auto is_busy() const noexcept -> bool { return busy_; }

    /// Begins an exchange without a request, in which a handler may wait for its policies as in any other: it is
    /// handled again when its ticket is resumed, and finished when that is done.
    ///
    /// Returns: null when as many requests wait as may.
    [[nodiscard]] auto begin_edit(const void* handler) -> exchange* { return functions_.begin_edit(server_, handler); }

    /// Lets such an exchange wait, or ends it.
    void settle_edit(exchange& edit, const verdict& said) { functions_.settle_edit(server_, edit, said); }

protected:
    friend class exchange;
    ~server_core() = default;

    [[nodiscard]] auto send(const flow& to, std::string_view bytes) -> bool {
        return functions_.send(server_, to, bytes);
    }
    /// Returns: whether somebody listens to events.
    [[nodiscard]] auto is_observed() const noexcept -> bool { return functions_.tell_traffic != nullptr; }
    void tell(const traffic_event& event) const {
        if (functions_.tell_traffic != nullptr) functions_.tell_traffic(server_, event);
    }
    void tell(const rejection_event& event) const {
        if (functions_.tell_rejection != nullptr) functions_.tell_rejection(server_, event);
    }
    [[nodiscard]] auto peer_domains(const flow& of) const -> std::string_view {
        return functions_.peer_domains == nullptr ? std::string_view{} : functions_.peer_domains(server_, of);
    }
    [[nodiscard]] auto has_budgets() const noexcept -> bool { return functions_.pay != nullptr; }
    [[nodiscard]] auto pay(const ip_address& network, std::size_t bytes, instant now) -> bool {
        return functions_.pay(server_, network, bytes, now);
    }

    const settings& config_;
    response_ring ring_;
    hash_key key_;
    request_memory* memory_ = nullptr;
    std::string_view allowed_;

private:
    const server_functions& functions_;
    void* server_;
    bool busy_ = false;
};

} // namespace sipwhere
