# SPDX-License-Identifier: MIT
# pages.sh: the application's files from a folder, and no way out of it.
mkdir -p site/assets outside
echo '<!doctype html><title>the app</title>' > site/index.html
echo 'let app = 1;' > site/assets/app-1a2b.js
echo 'secret' > outside/secret.txt
echo 'hidden' > site/.hidden
echo 'dotted' > site/a..b.txt
ln -s ../outside/secret.txt site/link.txt
ln -s ../outside site/linked
mkfifo site/pipe.txt
serve --web-folder "$folder/site" || return

ask /; status 200; body 'the app'
head_is Content-Type '^text/html; charset=utf-8$'
head_is Cache-Control '^no-cache$'
head_is Content-Security-Policy "default-src 'self'"
tag=$(value ETag)
ask / -H "If-None-Match: $tag"; status 304
ask /waiting; status 200; body 'the app'
ask '/improvement/RXN/MRI?measure=pct6'; status 200; body 'the app'
ask /assets/app-1a2b.js; status 200; body 'let app'
head_is Content-Type '^text/javascript'
head_is Cache-Control 'immutable'
ask /assets/app-1a2b.js -I; status 200
ask /assets/none.js; status 404; head_is Content-Type '^application/json$'
ask /assets; status 200; body 'the app'
ask /a..b.txt; status 200; body dotted
ask / -X POST -d x; status 405; head_is Allow 'GET'

for way in /../outside/secret.txt /..%2foutside/secret.txt \
    /%2e%2e/outside/secret.txt /assets/../../outside/secret.txt \
    /assets/..%2f..%2foutside%2fsecret.txt /%2e%2e%2foutside%2fsecret.txt \
    "$folder/outside/secret.txt" "/$folder/outside/secret.txt" \
    "/%2f$folder/outside/secret.txt" /link.txt /linked/secret.txt /.hidden \
    /assets/.%2e/index.html /..%5coutside%5csecret.txt \
    /index.html%00.txt /pipe.txt //etc/passwd; do
	ask "$way"
	holds "no way out: $way" bash -c '! grep -qE "secret|hidden|root:" body'
	holds "... and an answer: $code" test "$code" = 404 -o "$code" = 400 -o "$code" = 200
done
sed -i 's/the app/changed/' site/index.html
ask / -H "If-None-Match: $tag"; status 200; body changed
end_serve

serve || return
ask /; holds "the program's own pages, or how to get them" bash -c \
    'grep -qE "doctype|web_folder" body'
ask /../../etc/passwd; status 400
end_serve
