// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace sipwhere {

/// One entry of the ring of responses.
struct remembered_response {
    std::uint64_t key = 0;
    std::uint64_t at = 0;     ///< milliseconds
    std::uint32_t offset = 0; ///< in the ring's text
    std::uint32_t size = 0;
    std::uint32_t older = 0;  ///< number of the entry before it in the same bucket
};

/// What one network of sources has been sent of late, in large answers.
struct network_budget {
    std::uint64_t network = 0;
    std::uint32_t used = 0; ///< bytes, at `at`
    std::uint32_t at = 0;   ///< milliseconds, the low 32 bits
};

/// What a server keeps of the answers it has sent. All spans stay where they are.
struct answer_memory {
    std::span<remembered_response> ring;  ///< a power of two, or empty to remember none
    std::span<std::uint32_t> buckets;     ///< a power of two, or empty
    std::span<char> text;                 ///< the bytes of the remembered responses
    std::span<network_budget> budgets;    ///< a power of two, or empty to limit no answer
};

} // namespace sipwhere
