// EXPECT: a fixed storage holds at least one binding of each AOR
// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/storage/fixed_storage.hpp>

template class sipwhere::fixed_storage<32, 16, 8192>;
