// SPDX-License-Identifier: BSL-1.0
//
// Compiled by itself, never as one with other sources: here all of the library has another name and another form.
#include <reference/small_twin.hpp>

#undef SIPWHERE_SMALL
#define SIPWHERE_SMALL 1
#define sipwhere sipwhere_small
#define sipwhere_test sipwhere_small_test
#include <reference/description.hpp>
#undef sipwhere
#undef sipwhere_test

namespace sipwhere_test::small_twin {

auto describe(std::string_view bytes) -> std::string {
    return sipwhere_small_test::description::of(bytes, sipwhere_small_test::reading::of_message);
}

auto answers_to(std::span<const std::string> datagrams) -> std::vector<std::string> {
    return sipwhere_small_test::answers_to(datagrams);
}

} // namespace sipwhere_test::small_twin
