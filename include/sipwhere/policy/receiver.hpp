// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/config.hpp>
#include <sipwhere/model/flow.hpp>

#include <chrono>
#include <cstdint>
#include <span>
#include <type_traits>

namespace sipwhere {

/// Whom a transport hands its datagrams to: an object and a table of functions, borrowed, without a heap.
///
/// The object offers `receive(std::span<const datagram>)` and `tick() -> std::chrono::milliseconds`; to learn of lost
/// connections, `closed(const flow&)`; to learn of lost datagrams, `overrun(const flow&, std::uint32_t)`. It must
/// outlive the transport's last call, so stay where it is.
///
/// It may be empty, as a transport's is that does not listen; then it must not be called.
class receiver_ref {
public:
    /// Refers to nobody.
    receiver_ref() noexcept = default;

    template <typename Receiver>
        requires(!std::is_same_v<std::remove_const_t<Receiver>, receiver_ref>) // or it would take a copy's place
    explicit receiver_ref(Receiver& receiver) noexcept : object_(&receiver), functions_(&table_for<Receiver>) {}

    /// Returns: whether there is a receiver.
    [[nodiscard]] explicit operator bool() const noexcept { return functions_ != nullptr; }

    /// Hands over what arrived; the bytes hold until the call returns.
    void receive(std::span<const datagram> arrived) const { functions().receive(object_, arrived); }

    /// Tells that a connection is gone.
    void closed(const flow& lost) const { functions().closed(object_, lost); }

    /// Tells that so many datagrams were lost before they could be received; `at` tells the listener.
    void overrun(const flow& at, std::uint32_t count) const { functions().overrun(object_, at, count); }

    /// Lets time pass: bindings that are due expire.
    ///
    /// Returns: how long the transport should wait before the next tick, on its own loop's clock.
    [[nodiscard]] auto tick() const -> std::chrono::milliseconds { return functions().tick(object_); }

private:
    struct table {
        void (*receive)(void*, std::span<const datagram>);
        void (*closed)(void*, const flow&);
        void (*overrun)(void*, const flow&, std::uint32_t);
        std::chrono::milliseconds (*tick)(void*);
    };

    template <typename Receiver>
    static constexpr table table_for{
        [](void* object, std::span<const datagram> arrived) { static_cast<Receiver*>(object)->receive(arrived); },
        [](void* object, const flow& lost) {
            if constexpr (requires { static_cast<Receiver*>(object)->closed(lost); })
                static_cast<Receiver*>(object)->closed(lost);
        },
        [](void* object, const flow& at, std::uint32_t count) {
            if constexpr (requires { static_cast<Receiver*>(object)->overrun(at, count); })
                static_cast<Receiver*>(object)->overrun(at, count);
        },
        [](void* object) { return static_cast<Receiver*>(object)->tick(); }};

    [[nodiscard]] auto functions() const noexcept -> const table& {
        SIPWHERE_ASSERT(functions_ != nullptr);
        return *functions_;
    }

    void* object_ = nullptr;
    const table* functions_ = nullptr;
};

} // namespace sipwhere
