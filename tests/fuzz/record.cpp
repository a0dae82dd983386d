// SPDX-License-Identifier: BSL-1.0
#include <fuzz/require.hpp>

#include <sipwhere/record/is_record.hpp>
#include <sipwhere/record/record_builder.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

/// Reads bytes that are taken for a record as every rule does, builds them anew and lets some of it end.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sipwhere;
    std::vector<char> copy(data, data + size);
    const std::string_view bytes{copy.data(), copy.size()};
    if (!is_record(bytes)) return 0;
    const record_view record{bytes};
    std::vector<char> room(2 * size + 1024);
    record_builder out{room};
    for (std::size_t i = 0; i < record.tag_count(); ++i) out.add(record.tag(i));
    std::size_t bindings = 0;
    for (const auto binding : record) {
        require(is_contact(binding.uri, binding.params), "a binding that is no Contact");
        out.add(binding);
        ++bindings;
    }
    require(bindings == record.size(), "another number of bindings");
    require(out.fits(), "a record that does not fit");
    const auto built = out.finish();
    require(is_record(built.bytes()), "what is built of a record is none");
    require(built.bytes().size() <= size, "what is built of a record is larger");
    const auto left = drop_due(std::span{copy}, instant{std::uint64_t{1} << 41U}, [](const binding_view&) {});
    require(is_record(left.bytes()), "what is left of a record is none");
    return 0;
}
