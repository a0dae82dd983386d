// EXPECT: a fixed storage is searched one by one
// SPDX-License-Identifier: BSL-1.0
#include <sipwhere/storage/fixed_storage.hpp>

template class sipwhere::fixed_storage<70'000, 70'000, 8192>;
