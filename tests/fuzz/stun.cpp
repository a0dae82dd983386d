// SPDX-License-Identifier: BSL-1.0
#include <fuzz/require.hpp>

#include <sipwhere/message/stun.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sipwhere;
    const std::vector<char> copy(data, data + size);
    const std::string_view bytes{copy.data(), copy.size()};
    if (!is_stun(bytes)) return 0;
    constexpr std::array<std::uint8_t, 16> address{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
    for (const std::size_t length : {std::size_t{4}, std::size_t{16}}) {
        std::vector<char> room(2048);
        writer out{room};
        const auto said = answer_stun(out, bytes, std::span{address}.first(length), 5060);
        if (said == stun_answer::none) continue;
        const auto answer = out.text();
        require(out.fits(), "an answer that does not fit");
        require(is_stun(answer), "an answer that is no STUN");
        require(answer.substr(4, 16) == bytes.substr(4, 16), "another transaction");
        require(answer.size() <= 2 * bytes.size() + 48, "an answer that is much larger than what was asked");
        require(answer[0] == 1 && answer[1] == (said == stun_answer::mapped ? 0x01 : 0x11), "another type");
        std::vector<char> again(2048);
        writer more{again};
        require(answer_stun(more, answer, std::span{address}.first(length), 5060) == stun_answer::none,
                "an answer is answered");
    }
    return 0;
}
