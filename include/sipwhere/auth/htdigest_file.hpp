// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sipwhere/auth/htdigest_table.hpp>
#include <sipwhere/policy/credentials.hpp>

#include <array>
#include <cstdio>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace sipwhere {

/// The users of an htdigest file, which can be read again while servers ask for them on other threads.
class htdigest_file {
public:
    static constexpr bool finds_hashed_names = true;

    /// Holds nobody until `reload` has read the file.
    explicit htdigest_file(std::string path, hashed_names names = hashed_names::unknown)
        : path_(std::move(path)), names_(names), table_(std::make_shared<htdigest_table>(names)) {}

    /// Reads the file anew, and knows from then on whom it names.
    ///
    /// Returns: what is wrong with it, line 0 if it can't be read; then all stays as it was.
    [[nodiscard]] auto reload() -> std::optional<htdigest_fault> {
        std::string text;
        if (!read(text)) return htdigest_fault{0, "it can't be read"};
        auto fresh = std::make_shared<htdigest_table>(names_);
        if (const auto fault = fresh->add(text)) return fault;
        const std::lock_guard hold{mutex_};
        table_ = std::move(fresh);
        return std::nullopt;
    }

    /// Returns: how many passwords there are.
    [[nodiscard]] auto size() const -> std::size_t { return table()->size(); }

    auto find(const credentials_query& asked, credentials_visitor visit) const -> credentials_answer {
        return table()->find(asked, visit);
    }

    [[nodiscard]] auto may_register(const user_identity& user, const aor_view& aor) const -> bool {
        return table()->may_register(user, aor);
    }

private:
    /// Returns: whether the whole file could be read. A stream would throw for a folder.
    [[nodiscard]] auto read(std::string& text) const -> bool {
        struct closing {
            void operator()(std::FILE* file) const noexcept { (void)std::fclose(file); }
        };
        const std::unique_ptr<std::FILE, closing> file{std::fopen(path_.c_str(), "rb")};
        if (!file) return false;
        std::array<char, 4096> some{};
        while (const auto size = std::fread(some.data(), 1, some.size(), file.get())) text.append(some.data(), size);
        return std::ferror(file.get()) == 0;
    }

    [[nodiscard]] auto table() const -> std::shared_ptr<const htdigest_table> {
        const std::lock_guard hold{mutex_};
        return table_;
    }

    std::string path_;
    hashed_names names_;
    std::shared_ptr<const htdigest_table> table_;
    mutable std::mutex mutex_;
};
static_assert(credentials_policy<htdigest_file>);

} // namespace sipwhere
