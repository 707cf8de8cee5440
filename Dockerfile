FROM --platform=$BUILDPLATFORM golang:1.26 AS build
ARG TARGETOS
ARG TARGETARCH
ARG VERSION=devel
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH \
    go build -trimpath -buildvcs=false -ldflags "-s -w -X main.version=${VERSION}" -o /out/ ./cmd/manager ./cmd/tilsyn

# No shell and no package manager; the certificates and the user database are all that this base adds.
FROM gcr.io/distroless/static:nonroot
ARG VERSION=devel
LABEL org.opencontainers.image.title="Tilsyn" \
      org.opencontainers.image.description="Supervision of hosted solutions on Kubernetes: region pinning, logging, backup" \
      org.opencontainers.image.source="https://github.com/tilsyn-dev/tilsyn" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}"
COPY --from=build /out/manager /out/tilsyn /
USER 65532:65532
ENTRYPOINT ["/manager"]
