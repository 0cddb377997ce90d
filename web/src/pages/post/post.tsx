// SPDX-License-Identifier: MIT
// What leaves the archive: what has not arrived yet and why, which studies go
// where by themselves, and the archives on the web that they may go to.
import { PageTitle } from "../../parts/layout.tsx";
import { Destinations } from "./destinations.tsx";
import { Letters } from "./letters.tsx";
import { Rules } from "./rules.tsx";

export function Post() {
  return (
    <>
      <PageTitle title="Sending">
        <p class="lead">Whatever leaves is a letter: tried until the other side has taken all of it, and never dropped without somebody's name.</p>
      </PageTitle>
      <Letters />
      <Rules />
      <Destinations />
    </>
  );
}
