// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/base/marked_text.hpp>
#include <sipwhere/message/fast_params.hpp>

#include <cstddef>

namespace sipwhere {

/// Where the parts of a value such as `"Alice" <sip:alice@example.com>;tag=1` lie.
struct fast_name_addr {
    std::size_t uri = 0;
    std::size_t end_of_uri = 0;
    std::size_t begin_of_params = 0;
    fast_params params{};

    /// Reads a row that holds one name-addr or addr-spec as `read_name_addr_text` does, if it is written as nearly all
    /// are. It may leave any row to that, and never decides that one is wrong.
    ///
    /// Returns: whether it has read it.
    [[nodiscard]] auto read(const marked_text& in) noexcept -> bool {
        auto at = in.begin();
        if (in.has('"', at)) {
            at = in.end_of_quoted(at);
            while (in.has(' ', at)) ++at;
            if (!in.has('<', at)) return false;
        } else if (!in.has('<', at)) {
            const auto words = at;
            do at = in.next(at + 1);
            while (in.has(' ', at));
            if (!in.has('<', at)) return read_bare(in, words);
            if (in.next(words) == words) return false;
        }
        uri = at + 1;
        do at = in.next(at + 1);
        while (at != in.end() && in[at] != '>');
        if (at == in.end()) return false;
        end_of_uri = at;
        begin_of_params = at + 1;
        return params.read_of_value(in, begin_of_params);
    }

private:
    /// Reads an addr-spec, whose parameters are those of the field.
    [[nodiscard]] auto read_bare(const marked_text& in, std::size_t begin) noexcept -> bool {
        auto at = in.next(begin);
        while (in.has(':', at) || in.has('@', at)) at = in.next(at + 1);
        if (at == begin) return false;
        uri = begin;
        end_of_uri = begin_of_params = at;
        return params.read_of_value(in, at);
    }
};

} // namespace sipwhere
