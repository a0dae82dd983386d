// EXPECT: a fixed storage has room for a binding of each AOR
// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/storage/fixed_storage.hpp>

template class sipwhere::fixed_storage<32, 16, 8192>;
