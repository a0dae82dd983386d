// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <memory>
#include <type_traits>

namespace sipwhere {

template <typename Signature>
class function_ref;

/// A callable borrowed for the length of one call: two pointers, no heap. Never store one.
template <typename Result, typename... Arguments>
class function_ref<Result(Arguments...)> {
public:
    template <typename Callable>
        requires(!std::is_same_v<std::remove_cvref_t<Callable>, function_ref> &&
                 std::is_invocable_r_v<Result, Callable&, Arguments...>)
    constexpr function_ref(Callable&& callable) noexcept
        : object_(const_cast<void*>(static_cast<const void*>(std::addressof(callable)))),
          call_([](void* object, Arguments... arguments) -> Result {
              return (*static_cast<std::remove_reference_t<Callable>*>(object))(static_cast<Arguments&&>(arguments)...);
          }) {}

    constexpr auto operator()(Arguments... arguments) const -> Result {
        return call_(object_, static_cast<Arguments&&>(arguments)...);
    }

private:
    void* object_;
    auto (*call_)(void*, Arguments...) -> Result;
};

} // namespace sipwhere
