// SPDX-License-Identifier: BSL-1.0
#include "store_options.hpp"

#include "option_readers.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace registrard {

namespace {

constexpr std::array store{
    option{"--store", "FILE",
           "keep the bindings in this SQLite file as well, so that they outlive a restart; a\n"
           "request is answered when its change is in the file; in memory alone if not given",
           "the name of a file",
           [](std::string_view text, options& into) {
               into.store.file = text;
               return !text.empty() &&
                      std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) < ' '; });
           }},
    option{"--synchronous", "full|normal|off",
           "when to wait for the disk: before each answer (full, the default), so that a power\n"
           "failure takes back nothing that was answered; now and then (normal): it may take\n"
           "back the last seconds; never (off): minutes, or the whole file",
           "full, normal or off",
           [](std::string_view text, options& into) {
               using when = sipwhere::sqlite_synchronous;
               return read_word<when>(text, {{"full", when::full}, {"normal", when::normal}, {"off", when::off}},
                                      into.store.synchronous);
           }},
};

} // namespace

auto store_options() -> std::span<const option> { return store; }

} // namespace registrard
