// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/config.hpp>
#include <sipwhere/policy/ticket.hpp>
#include <sipwhere/server/exchange.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>

namespace sipwhere {

namespace detail {

/// What a handler keeps of a request that waits: its member type `work`, or nothing.
struct no_work {};
template <typename Handler>
struct work_of : std::type_identity<no_work> {};
template <typename Handler>
    requires requires { typename Handler::work; }
struct work_of<Handler> : std::type_identity<typename Handler::work> {};

} // namespace detail

/// The requests in work of a server whose policies may answer later: one at hand, and those that wait.
///
/// Each has a place of its own, with all its memory, and stays in it until it is answered.
template <typename Memory, typename... Handlers>
class parking {
public:
    /// How long a request waits for a policy: 64*T1, after which its client has given up (RFC 3261 §17.1.2.2).
    static constexpr std::chrono::milliseconds longest{32'000};

    /// One request, with all its memory.
    class place : public completion_cell {
    public:
        [[nodiscard]] auto request() noexcept -> exchange& { return *request_; }
        [[nodiscard]] auto memory() noexcept -> request_memory& { return view_; }

        /// Says that there is no request, but an edit.
        void make_edit() noexcept { waits_.is_edit = true; }
        [[nodiscard]] auto is_edit() const noexcept -> bool { return waits_.is_edit; }

        /// Returns: the number of the handler that lets the request wait.
        [[nodiscard]] auto handler() const noexcept -> std::size_t { return handler_; }

        /// Hands a handler the place for what it keeps of the request, new for a new request.
        template <std::size_t Handler>
        void begin_work() {
            auto& work = std::get<Handler>(works_);
            if (!work) work.emplace();
            waits_.work = &*work;
            handler_ = Handler;
        }

    private:
        friend class parking;

        enum class state : std::uint8_t { free, at_hand, waiting, leaving };

        typename Memory::request memory_;
        request_memory view_ = memory_.view();
        datagram arrived_;
        std::optional<exchange> request_;
        waiting_exchange waits_;
        std::tuple<std::optional<typename detail::work_of<Handlers>::type>...> works_;
        std::size_t handler_ = 0;
        state state_ = state::free;
        instant since_{};
        std::uint32_t requests_ = 0;
        place* next_free_ = nullptr;
        place* next_in_bucket_ = nullptr;
        place* earlier_ = nullptr; ///< among those that wait, by the time when they began
        place* later_ = nullptr;
    };

    /// Returns: a place for the next request, and makes sure that there is one more if it has to wait; null without
    ///          memory.
    [[nodiscard]] auto at_hand() noexcept -> place* {
        if (at_hand_ == nullptr) at_hand_ = take_free();
        if (at_hand_ != nullptr && spare_ == nullptr) spare_ = take_free();
        return at_hand_;
    }

    /// Begins a request in the place at hand, with a copy of its bytes.
    ///
    /// Returns: false when they do not fit.
    [[nodiscard]] auto begin(place& at, const datagram& arrived, instant now, server_core& server) -> bool {
        if (arrived.bytes.size() > at.view_.bytes.size()) return false;
        std::copy(arrived.bytes.begin(), arrived.bytes.end(), at.view_.bytes.begin());
        at.arrived_ = {arrived.from, {at.view_.bytes.data(), arrived.bytes.size()}};
        std::apply([](auto&... work) { (work.reset(), ...); }, at.works_);
        at.request_.emplace(at.arrived_, now, at.view_, server);
        at.waits_ = {.queue = &queue_, .place = &at, .number = ++at.requests_, .may_park = spare_ != nullptr};
        at.request_->waits_ = &at.waits_;
        at.state_ = place::state::at_hand;
        at.since_ = now;
        return true;
    }

    /// Lets a request wait, or ends it, as its handler said.
    void settle(exchange& request, const verdict& said) noexcept {
        settle(static_cast<place&>(*request.waits_->place), said);
    }
    void settle(place& at, const verdict& said) noexcept {
        if (said.kind == handling::parked) {
            link(at);
            if (&at == at_hand_) advance();
        } else {
            leave(at);
        }
    }

    /// Takes a request that something was said about out of those that wait.
    ///
    /// `said` tells what. Returns: its place; null when nothing was said.
    [[nodiscard]] auto take(completion_queue::completion& said, instant now) noexcept -> place* {
        for (;;) {
            said = queue_.take();
            if (said.cell == nullptr) return nullptr;
            auto& at = static_cast<place&>(*said.cell);
            if (at.state_ == place::state::leaving) {
                give_back(at);
                continue;
            }
            unlink(at);
            at.state_ = place::state::at_hand;
            at.request_->now_ = now;
            at.waits_.ticket = {}; // the next wait has one of its own
            at.waits_.is_held = false;
            return &at;
        }
    }

    /// Returns: the waiting request of a server transaction; null if none waits.
    [[nodiscard]] auto find(std::uint64_t response_key) noexcept -> place* {
        for (auto* at = bucket(response_key); at != nullptr; at = at->next_in_bucket_)
            if (at->request_->keys().response == response_key) return at;
        return nullptr;
    }

    /// Ends the requests that have waited too long: `gone(place&)` is called for each. Of those that are held,
    /// nothing ends but the wish for an answer.
    template <typename Gone>
    void end_late(instant now, Gone&& gone) {
        while (first_ != nullptr && first_->since_ + longest <= now) {
            auto& late = *first_;
            if (late.waits_.is_held) {
                late.waits_.is_late = true;
                unlink_time(late);
            } else if (end(late)) {
                gone(late);
                release(late);
            } else {
                return; // what was said about it is on its way
            }
        }
    }

    /// Returns: when the first of those that wait has waited too long; `never` if none waits.
    [[nodiscard]] auto next_end() const noexcept -> instant {
        return first_ == nullptr ? never : first_->since_ + longest;
    }

    /// Ends the requests that came over a connection: `gone(place&)` is called for each. Of those that are held,
    /// nothing ends but the wish for an answer.
    template <typename Gone>
    void end_flow(const flow& closed, Gone&& gone) {
        for_each_waiting([&](place& at) {
            const auto& from = at.request_->from();
            if (from.connection != closed.connection || from.epoch != closed.epoch) return;
            if (!at.waits_.is_held && end(at)) gone(at), release(at);
            else at.waits_.is_late = true; // what was said about it may be on its way
        });
    }

    /// Ends all requests that wait; what policies say about them later is ignored.
    template <typename Gone>
    void end_all(Gone&& gone) {
        for_each_waiting([&](place& at) {
            const bool nothing_said = end(at);
            gone(at);
            if (nothing_said) release(at);
            else unlink(at), at.state_ = place::state::leaving;
        });
    }

    [[nodiscard]] auto queue() noexcept -> completion_queue& { return queue_; }

    /// Returns: how many requests wait.
    [[nodiscard]] auto size() const noexcept -> std::size_t { return waiting_; }

private:
    static constexpr std::size_t bucket_count = std::bit_ceil(Memory::parked + 1);

    [[nodiscard]] auto bucket(std::uint64_t key) noexcept -> place*& {
        return buckets_[static_cast<std::size_t>(key) & (bucket_count - 1)];
    }

    [[nodiscard]] auto take_free() noexcept -> place* {
        if (free_ == nullptr) {
            auto* const made = pool_.make();
            if (made == nullptr) return nullptr;
            if (made->view_.bytes.empty() || made->view_.answer.empty()) return nullptr; // no memory for its parts
            return made;
        }
        return std::exchange(free_, free_->next_free_);
    }

    void give_back(place& at) noexcept {
        at.state_ = place::state::free;
        at.next_free_ = std::exchange(free_, &at);
    }

    void advance() noexcept { at_hand_ = std::exchange(spare_, nullptr); }

    /// Has nothing more said about a request.
    [[nodiscard]] auto end(place& at) noexcept -> bool { return queue_.end(at); }

    /// A place whose request is over; the one at hand stays so.
    void leave(place& at) noexcept {
        const bool nothing_said = !at.waits_.ticket || end(at);
        if (&at == at_hand_) {
            if (nothing_said) return;
            advance();
        }
        if (nothing_said) give_back(at);
        else at.state_ = place::state::leaving; // until what was said about it has come
    }

    void release(place& at) noexcept {
        unlink(at);
        give_back(at);
    }

    void link(place& at) noexcept {
        at.state_ = place::state::waiting;
        auto& first = bucket(at.request_->keys().response);
        at.next_in_bucket_ = std::exchange(first, &at);
        at.earlier_ = last_; // one that has waited before is older than some that wait now
        while (at.earlier_ != nullptr && at.earlier_->since_ > at.since_) at.earlier_ = at.earlier_->earlier_;
        at.later_ = at.earlier_ == nullptr ? first_ : at.earlier_->later_;
        (at.earlier_ == nullptr ? first_ : at.earlier_->later_) = &at;
        (at.later_ == nullptr ? last_ : at.later_->earlier_) = &at;
        ++waiting_;
    }

    void unlink(place& at) noexcept {
        auto* link = &bucket(at.request_->keys().response);
        while (*link != &at) link = &(*link)->next_in_bucket_;
        *link = at.next_in_bucket_;
        unlink_time(at);
        --waiting_;
    }

    void unlink_time(place& at) noexcept {
        if (at.earlier_ == nullptr && at.later_ == nullptr && first_ != &at) return; // a held one that was late
        (at.earlier_ == nullptr ? first_ : at.earlier_->later_) = at.later_;
        (at.later_ == nullptr ? last_ : at.later_->earlier_) = at.earlier_;
        at.earlier_ = at.later_ = nullptr;
    }

    template <typename Visit>
    void for_each_waiting(Visit&& visit) {
        for (std::size_t i = 0; i < pool_.size(); ++i)
            if (pool_[i].state_ == place::state::waiting) visit(pool_[i]);
    }

    typename Memory::template pool<place> pool_;
    completion_queue queue_;
    std::array<place*, bucket_count> buckets_{};
    place* at_hand_ = nullptr;
    place* spare_ = nullptr;
    place* free_ = nullptr;
    place* first_ = nullptr;
    place* last_ = nullptr;
    std::size_t waiting_ = 0;
};

} // namespace sipwhere
