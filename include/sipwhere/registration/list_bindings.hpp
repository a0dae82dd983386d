// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/writer.hpp>
#include <sipwhere/config/limits.hpp>
#include <sipwhere/message/write_response.hpp>
#include <sipwhere/record/record_view.hpp>
#include <sipwhere/server/answer.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sipwhere {

/// Writes one binding as the 200 to a REGISTER lists it.
inline void write_contact(writer& out, const brief_binding& binding, std::uint32_t expires) noexcept {
    out.put("Contact: <").put(binding.uri).put('>').put_unfolded(binding.params).put(";expires=").put_number(expires);
    out.put("\r\n");
}

/// Whether a list of bindings has to be whole.
enum class listing : std::uint8_t { whole, as_many_as_fit };

/// What the 200 to a REGISTER says beside its bindings.
struct listing_context {
    answer_context answer;
    std::string_view date{};   ///< the Date header field; empty for none
    std::string_view fields{}; ///< whole header lines that an access policy adds
};

/// Writes the 200 to a REGISTER, with every live binding.
///
/// Returns: whether it fits into `out`; with `as_many_as_fit`, bindings that do not fit are left out.
/// Spec:    RFC 3261 §10.3 step 8.
[[nodiscard]] inline auto list_bindings(writer& out, const listing_context& about, const live_bindings& bindings,
                                        const limits& rules, listing rule) noexcept -> bool {
    constexpr std::size_t size_of_end = 64;
    write_head(out, about.answer, status::ok);
    if (!about.date.empty()) out.put("Date: ").put(about.date).put("\r\n");
    out.put(about.fields);
    for (auto at = bindings.begin(); at != bindings.end(); ++at) {
        const auto binding = at.brief();
        const auto before = out.size();
        const auto granted = static_cast<std::uint32_t>(rules.max_expires.count());
        write_contact(out, binding, binding.is_static() ? granted : binding.remaining(bindings.now()));
        if (rule == listing::as_many_as_fit && (!out.fits() || out.capacity_left() < size_of_end)) {
            out.cut(before);
            break;
        }
    }
    finish(out);
    return out.fits();
}

} // namespace sipwhere
