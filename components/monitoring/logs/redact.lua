local mark = "[redacted]"

-- Lower-case parts of names whose values are never shown.
local names = { "password", "passwd", "secret", "authorization", "token", "api_key", "apikey", "cookie" }

local function is_secret(name)
    name = string.lower(tostring(name))
    for _, part in ipairs(names) do
        if string.find(name, part, 1, true) then
            return true
        end
    end
    return false
end

-- The check digit of payment cards (Luhn).
local function is_card(text)
    local digits = string.gsub(text, "[ %-]", "")
    if #digits < 13 or #digits > 19 then
        return false
    end
    local sum = 0
    for position = 1, #digits do
        local digit = tonumber(string.sub(digits, -position, -position))
        if position % 2 == 0 then
            digit = digit * 2
            if digit > 9 then
                digit = digit - 9
            end
        end
        sum = sum + digit
    end
    return sum % 10 == 0
end

-- A pattern that matches a word whether its letters are large or small.
local function any_case(word)
    return (string.gsub(word, "%a", function(letter)
        return "[" .. string.upper(letter) .. string.lower(letter) .. "]"
    end))
end

local function clean(text)
    text = string.gsub(text, "eyJ[%w_%-]+%.[%w_%-]+%.[%w_%-]*", mark)
    text = string.gsub(text, "(" .. any_case("bearer") .. " +)[^%s\"',;]+", "%1" .. mark)
    text = string.gsub(text, "(" .. any_case("basic") .. " +)[%w+/]+=*", "%1" .. mark)
    for _, name in ipairs(names) do
        local key = "([\"']?[%w_%-]*" .. any_case(name) .. "[%w_%-]*[\"']?%s*[=:]%s*)"
        text = string.gsub(text, key .. "\"[^\"]*\"", "%1\"" .. mark .. "\"")
        text = string.gsub(text, key .. "[^%s\"',;&}%[]+", "%1" .. mark)
    end
    return (string.gsub(text, "%d[%d %-]+%d", function(number)
        return is_card(number) and mark or number
    end))
end

local function walk(value, name)
    if type(value) == "table" then
        for key, child in pairs(value) do
            value[key] = walk(child, key)
        end
        return value
    end
    if is_secret(name) and type(value) ~= "boolean" then
        return mark
    end
    return type(value) == "string" and clean(value) or value
end

function redact(tag, timestamp, record)
    local kubernetes = record["kubernetes"]
    record["kubernetes"] = nil
    walk(record, "")
    record["kubernetes"] = kubernetes
    return 2, timestamp, record
end
