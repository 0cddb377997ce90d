# SPDX-License-Identifier: MIT
# DICOM over TLS, in both directions, with DCMTK: certificates asked for,
# believed or not, and bound to a peer.
certificate() { # NAME [CA]: NAME.pem and NAME.key
	if [ -z "${2:-}" ]; then
		openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "/O=Trust/CN=$1" -keyout "$1.key" -out "$1.pem" 2> /dev/null
		return
	fi
	openssl req -newkey rsa:2048 -nodes -subj "/O=Trust/CN=$1" -keyout "$1.key" -out "$1.csr" 2> /dev/null
	openssl x509 -req -in "$1.csr" -CA "$2.pem" -CAkey "$2.key" -CAcreateserial -days 2 -out "$1.pem" 2> /dev/null
}
certificate authority
certificate other
certificate server authority
certificate ct1 authority
certificate ct2 other
print() { openssl x509 -in "$1.pem" -noout -fingerprint -sha256 | cut -d= -f2; }

tls_port=$(free_port)
sink_port=$(free_port)
serve --dicom-tls-port "$tls_port" --dicom-certificate server.pem --dicom-key server.key \
	--dicom-authorities authority.pem --dicom-ask-certificate yes
mkdir SINK
storescp -aet SINK -od SINK +B +xa +tls ct1.key ct1.pem +cf authority.pem "$sink_port" > SINK.log 2>&1 &
children+=("$!")
peer CT1 --rights "echo store find move" --tls yes
peer CT2 --tls no
peer SINK --host 127.0.0.1 --port "$sink_port" --tls yes
settle
secure() { # TOOL NAME WORDS...: shows a certificate
	local tool=$1 name=$2; shift 2
	"$tool" +tls "$name.key" "$name.pem" +cf authority.pem -aec RIBBLE 127.0.0.1 "$tls_port" "$@"
}
holds "echoscu over TLS" secure echoscu ct1 -aet CT1
fails "without TLS a peer that must use it is refused" echoscu -aet CT1 -aec RIBBLE 127.0.0.1 "$port"
fails "TLS is not spoken on the other port" secure echoscu ct1 -aet CT1 -aec RIBBLE 127.0.0.1 "$port"
holds "one that need not may do without" echoscu -aet CT2 -aec RIBBLE 127.0.0.1 "$port"
fails "a certificate of somebody else's is not believed" secure echoscu ct2 -aet CT1
fails "none is not enough" echoscu +tla -ic -aet CT1 -aec RIBBLE 127.0.0.1 "$tls_port"
samples=/usr/lib/python3/dist-packages/pydicom/data/test_files
holds "storescu over TLS" secure storescu ct1 -aet CT1 +sd +r $samples/dicomdirtests/77654033
study=$(secure findscu ct1 -aet CT1 -S -k QueryRetrieveLevel=STUDY -k StudyInstanceUID -k ModalitiesInStudy=CT 2>&1 |
	sed -n 's/.*UI \[\([0-9.]*\).*StudyInstanceUID.*/\1/p' | tail -1)
port=$tls_port raw move_tls "$PWD/ct1.pem" "$PWD/ct1.key" "$study" SINK
holds "which arrive" test "$(find SINK -type f | wc -l)" -eq 4
peer CT1 --certificate "$(print ct1)"
settle
holds "a peer bound to its certificate" secure echoscu ct1 -aet CT1
peer CT1 --certificate "$(print server)"
settle
fails "another one's is not enough" secure echoscu ct1 -aet CT1
shows 'did not show its certificate' "which is said" \
	"$RIBBLE" peer strangers --database "$database" --files files
end_serve
is 0 "$status" "it stops well"
sound
